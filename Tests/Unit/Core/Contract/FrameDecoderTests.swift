import Contract
import Model
import Testing

@Suite struct FrameDecoderTests {
  private let instrument = Instrument(
    exchange: ExchangeID("test"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: nil)

  private func trade(_ number: Int64) -> MarketEvent {
    .trade(
      Trade(
        instrument: instrument, id: .number(number), price: FixedDecimal(1), quantity: FixedDecimal(1), aggressor: .buy,
        exchangeTime: .epoch, receiveTime: .epoch))
  }

  @Test func aBufferStartsEmptyAndKeepsTheOrder() {
    var buffer = EventBuffer()
    #expect(buffer.events.isEmpty && buffer.signals.isEmpty)
    buffer.events.append(trade(1))
    buffer.events.append(trade(2))
    #expect(buffer.events == [trade(1), trade(2)])
  }

  @Test func emptyingABufferKeepsItsMemory() {
    var buffer = EventBuffer()
    for number in Int64(0)..<100 { buffer.events.append(trade(number)) }
    buffer.signals.append(.pong)
    buffer.unknownInstruments = 1
    buffer.leftOut = 2
    buffer.unrepresentable = 3
    let capacity = buffer.events.capacity
    buffer.removeAll()
    #expect(buffer.events.isEmpty && buffer.signals.isEmpty)
    #expect(buffer.events.capacity == capacity)
    #expect([buffer.unknownInstruments, buffer.leftOut, buffer.unrepresentable] == [0, 0, 0])
  }

  @Test func signalsAreToldApart() {
    #expect(SessionSignal.acknowledged(request: 1) != .acknowledged(request: 2))
    #expect(SessionSignal.refused(request: nil, reason: "no") != .refused(request: 1, reason: "no"))
    #expect(SessionSignal.pong != .closingSoon)
  }

  @Test func anErrorHoldsPlaceAndReason() {
    let error = FrameError(offset: 7, reason: "a side was expected")
    #expect(error.offset == 7)
    #expect(error.reason == "a side was expected")
    #expect(error != FrameError(offset: 8, reason: "a side was expected"))
  }

  @Test func aDecoderIsUsedBehindItsProtocolAndKeepsItsState() throws {
    struct CountingDecoder: FrameDecoder {
      var instruments = InstrumentCatalog.empty
      var count: Int64 = 0
      let event: (Int64) -> MarketEvent
      mutating func decode(
        _ message: UnsafeRawBufferPointer, receiveTime: Timestamp, into buffer: inout EventBuffer
      ) throws(FrameError) {
        guard !message.isEmpty else { throw FrameError(offset: 0, reason: "empty") }
        count += 1
        buffer.events.append(event(count))
      }
    }
    var decoder: any FrameDecoder = CountingDecoder(event: trade)
    var buffer = EventBuffer()
    try [UInt8(1)].withUnsafeBytes { try decoder.decode($0, receiveTime: .epoch, into: &buffer) }
    try [UInt8(1)].withUnsafeBytes { try decoder.decode($0, receiveTime: .epoch, into: &buffer) }
    #expect(buffer.events == [trade(1), trade(2)])
    #expect(throws: FrameError(offset: 0, reason: "empty")) {
      try decoder.decode(UnsafeRawBufferPointer(start: nil, count: 0), receiveTime: .epoch, into: &buffer)
    }
  }
}
