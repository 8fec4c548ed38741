import Model
import Support
import Testing
import Wire

@testable import Services

@Suite struct EventRunTests {
  private let form = EventForm(rawValue: 1)

  /// Candles by their state, trades by their price; the other forms have none.
  private struct Words: EventEncoder {
    func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
      guard form.rawValue < 3 else { return nil }
      let text =
        switch event {
        case .market(.trade(let trade)): "trade \(trade.price);"
        case .market(.candle(let candle)): "\(candle.isClosed ? "final" : "open") \(candle.close);"
        default: "?"
        }
      return SharedBytes(Array(text.utf8))
    }
  }

  private func run(_ events: [MarketEvent]) -> EventRun {
    EventRun(
      events.enumerated().map { index, event in
        NumberedEvent(
          EncodedEvent(.market(event), forms: [form, EventForm(rawValue: 9)], encoder: Words()),
          sequence: UInt64(index + 1))
      })
  }

  private func trade(_ price: Int) -> MarketEvent {
    .trade(
      Trade(
        instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(price), quantity: FixedDecimal(1),
        aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch))
  }

  private func candle(_ minute: Int64, _ close: Int, isClosed: Bool = false) -> MarketEvent {
    .candle(
      Candle(
        instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
        open: FixedDecimal(1), high: FixedDecimal(9), low: FixedDecimal(1), close: FixedDecimal(close),
        baseVolume: FixedDecimal(1), quoteVolume: nil, tradesCount: nil, isClosed: isClosed, receiveTime: .epoch))
  }

  private func text(_ frames: EventRun.Frames?) -> String? {
    frames.map { String(decoding: $0.bytes.bytes, as: UTF8.self) }
  }

  @Test func framesStandBehindEachOtherInTheirOrder() {
    let run = run([trade(3), trade(1), trade(2)])
    #expect(text(run.frames(form)) == "trade 3;trade 1;trade 2;")
    #expect(run.frames(form)?.count == 3)
    #expect(run.frames(form)?.supersededCount == 0)
    #expect(!run.isConflatable)
  }

  @Test func theyAreJoinedOnceForAllWhoWantTheForm() {
    let run = run([trade(1), trade(2)])
    #expect(run.frames(form)?.bytes === run.frames(form)?.bytes)
  }

  @Test func oneEventIsNotCopied() {
    let run = run([trade(1)])
    #expect(run.frames(form)?.bytes === run.events[0].event.frame(form))
  }

  @Test func aFormThatNoEventHasGivesNothing() {
    #expect(run([trade(1), trade(2)]).frames(EventForm(rawValue: 9)) == nil)
    #expect(run([trade(1), trade(2)]).frames(EventForm(rawValue: 2)) == nil)
  }

  @Test func onlyTheLastStateOfAnOpenCandleIsAmongThem() {
    let run = run([candle(1, 2), candle(1, 3), candle(1, 4, isClosed: true), candle(2, 5), candle(2, 6)])
    #expect(run.isConflatable)
    #expect(text(run.frames(form)) == "open 3;final 4;open 6;")
    #expect(run.frames(form)?.count == 3)
    #expect(run.frames(form)?.supersededCount == 2)
  }

  @Test func finalsAreNeverLeftOut() {
    let run = run([candle(1, 2, isClosed: true), candle(2, 3, isClosed: true)])
    #expect(!run.isConflatable)
    #expect(text(run.frames(form)) == "final 2;final 3;")
  }
}
