import Contract
import Model
import Support
import Testing
import Wire

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
    buffer.unknownFields = 4
    buffer.unknownMessages = 5
    let capacity = buffer.events.capacity
    buffer.removeAll()
    #expect(buffer.events.isEmpty && buffer.signals.isEmpty)
    #expect(buffer.events.capacity == capacity)
    #expect([buffer.unknownInstruments, buffer.leftOut, buffer.unrepresentable] == [0, 0, 0])
    #expect([buffer.unknownFields, buffer.unknownMessages] == [0, 0])
  }

  /// Reads one member `known` of an object and does with it what `meaning` says.
  private func read(_ text: String, _ buffer: inout EventBuffer, meaning: (inout EventBuffer) -> Void) throws {
    try Array(text.utf8).withUnsafeBytes { message in
      try buffer.read(message) { (reader, buffer) throws(JSONError) in
        try reader.beginObject()
        while let key = try reader.nextKey() {
          guard key.equals("known") else {
            try reader.skipUnknown()
            continue
          }
          try reader.skipValue()
          meaning(&buffer)
        }
      }
    }
  }

  @Test func aMessageThatLeavesNothingIsCountedAsUnknown() throws {
    var buffer = EventBuffer()
    let meanings: [(inout EventBuffer) -> Void] = [
      { $0.events.append(self.trade(1)) }, { $0.signals.append(.pong) }, { $0.leftOut += 1 },
      { $0.unknownInstruments += 1 }, { $0.unrepresentable += 1 },
    ]
    for meaning in meanings { try read(#"{"known":1}"#, &buffer, meaning: meaning) }
    #expect(buffer.unknownMessages == 0 && buffer.unknownFields == 0)
    try read(#"{"known":1}"#, &buffer) { _ in }
    try read("{}", &buffer) { _ in }
    #expect(buffer.unknownMessages == 2 && buffer.unknownFields == 0)
  }

  @Test func membersWithoutANameAreCountedOverMessages() throws {
    var buffer = EventBuffer()
    try read(#"{"known":1,"a":[{"b":1}],"c":2}"#, &buffer) { $0.signals.append(.pong) }
    try read(#"{"d":null,"known":1}"#, &buffer) { $0.signals.append(.pong) }
    #expect(buffer.unknownFields == 3 && buffer.unknownMessages == 0)
  }

  @Test func aMessageThatIsNotReadToItsEndIsAnErrorAndNotCounted() throws {
    for text in [#"{"a":1"#, #"{"a":1}}"#, #"{"a":1}x"#, "[]", ""] {
      var buffer = EventBuffer()
      #expect(throws: FrameError.self, "\(text)") { try read(text, &buffer) { _ in } }
      #expect(buffer.unknownFields == 0 && buffer.unknownMessages == 0)
    }
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
