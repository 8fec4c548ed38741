import Model
import Testing
import Wire

@testable import Services

/// Counts how often it is asked.
private final class CountingEncoder: EventEncoder, @unchecked Sendable {
  var count = 0

  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
    count += 1
    return form.rawValue < 2 ? SharedBytes([form.rawValue]) : nil
  }
}

@Suite struct EncodedEventTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)

  private func candle(_ minute: Int64, closed: Bool = false) -> BusEvent {
    let one = FixedDecimal(1)
    return .market(
      .candle(
        Candle(
          instrument: Self.instrument, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
          open: one, high: one, low: one, close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil,
          isClosed: closed, receiveTime: .epoch)))
  }

  private var trade: BusEvent {
    .market(
      .trade(
        Trade(
          instrument: Self.instrument, id: .number(1), price: FixedDecimal(3), quantity: FixedDecimal(4),
          aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)))
  }

  @Test func eachFormIsEncodedOnceHoweverOftenItIsRead() {
    let encoder = CountingEncoder()
    let event = EncodedEvent(trade, forms: [EventForm(rawValue: 0), EventForm(rawValue: 1)], encoder: encoder)
    for _ in 0..<100 {
      #expect(event.frame(EventForm(rawValue: 0))?.array == [0])
      #expect(event.frame(EventForm(rawValue: 1))?.array == [1])
    }
    #expect(encoder.count == 2)
  }

  @Test func aFormOfAnotherNameIsAnotherForm() {
    let encoder = CountingEncoder()
    let (own, pair) = (EventForm(rawValue: 1), EventForm(rawValue: 1).naming("ABUSDT"))
    #expect(own != pair && pair.naming(nil) == own && pair.symbol == "ABUSDT")
    let event = EncodedEvent(trade, forms: [pair], encoder: encoder)
    #expect(event.frame(pair) != nil)
    #expect(event.frame(own) == nil && event.frame(own.naming("ABUSD")) == nil)
    #expect(encoder.count == 1)
  }

  @Test func aFormThatWasNotAskedForOrDoesNotExistHasNoFrame() {
    let event = EncodedEvent(trade, forms: [EventForm(rawValue: 2)], encoder: CountingEncoder())
    #expect(event.frame(EventForm(rawValue: 2)) == nil)
    #expect(event.frame(EventForm(rawValue: 0)) == nil)
  }

  /// Gives one long message, however it is asked.
  private struct LongEncoder: EventEncoder {
    func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
      form.isCompressed ? nil : WebSocketFrame.serverText(Array(repeating: 0x61, count: 300))
    }
  }

  @Test func aCompressedFormIsMadeOnceAndOnlyForThoseWhoWantIt() {
    let form = EventForm(rawValue: 0)
    let both = EncodedEvent(trade, forms: [form, form.compressed], encoder: LongEncoder())
    #expect(both.frame(form)?.array.first == 0x81)
    #expect(both.frame(form.compressed)?.array.first == 0xc1)
    #expect(both.frame(form.compressed) === both.frame(form.compressed))
    let one = EncodedEvent(trade, forms: [form.compressed], encoder: LongEncoder())
    #expect(one.frame(form.compressed)?.array == both.frame(form.compressed)?.array)
  }

  /// A snapshot was encoded for the clients there were; one of the other kind must be able to read it.
  @Test func eachKindOfClientCanReadWhatWasEncodedForTheOther() {
    let form = EventForm(rawValue: 0)
    let plain = EncodedEvent(trade, forms: [form], encoder: LongEncoder())
    #expect(plain.frame(form.compressed) === plain.frame(form))
    let compressed = EncodedEvent(trade, forms: [form.compressed], encoder: LongEncoder())
    #expect(compressed.frame(form)?.array.first == 0x81)
  }

  @Test func theNotionalIsPriceTimesQuantity() {
    let encoder = CountingEncoder()
    #expect(EncodedEvent(trade, forms: [], encoder: encoder).notional == FixedDecimal(12))
    #expect(EncodedEvent(candle(1), forms: [], encoder: encoder).notional == nil)
  }

  @Test func onlyStatesOfOneOpenCandleReplaceEachOther() {
    func key(_ event: BusEvent) -> UInt64 {
      EncodedEvent(event, forms: [], encoder: CountingEncoder()).conflationKey
    }
    #expect(key(candle(1)) != 0)
    #expect(key(candle(1)) == key(candle(1)))
    #expect(key(candle(1)) != key(candle(2)))
    #expect(key(candle(1, closed: true)) == 0)
    #expect(key(trade) == 0)
  }
}
