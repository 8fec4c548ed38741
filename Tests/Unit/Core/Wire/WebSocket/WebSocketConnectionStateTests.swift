import Testing

@testable import Wire

/// How a connection is owned: events, the life of a message, memory, the end.
@Suite struct WebSocketConnectionStateTests {
  private typealias Feed = WebSocketFeed

  private func append(_ bytes: [UInt8], to state: inout WebSocketConnectionState) {
    bytes.withUnsafeBytes { state.append($0) }
  }

  private func message(_ state: WebSocketConnectionState) -> [UInt8] {
    var lender = state
    var lent: [UInt8] = []
    lender.lendMessage { lent = Array($0) }
    let message = state.withMessage { Array($0) }
    #expect(lent == message)
    return message
  }

  @Test func aNewConnectionIsOpenAndSilent() {
    for role in [WebSocketRole.client, .server] {
      var state = Feed.state(role)
      #expect(state.isOpen && !state.isClosed && !state.hasOutput)
      #expect(state.nextEvent(nowMilliseconds: 0) == nil)
      #expect(state.takeOutput().isEmpty)
      #expect(message(state).isEmpty)
    }
  }

  @Test func aMessageLivesUntilTheNextEvent() {
    var state = Feed.state(.client)
    append(Feed.plain(0x81, "one") + Feed.plain(0x82, "two") + Feed.plain(0x89, "three"), to: &state)
    #expect(state.nextEvent(nowMilliseconds: 0) == .text)
    #expect(message(state) == Array("one".utf8))
    #expect(message(state) == Array("one".utf8))
    #expect(state.nextEvent(nowMilliseconds: 0) == .binary)
    #expect(message(state) == Array("two".utf8))
    #expect(state.nextEvent(nowMilliseconds: 0) == .ping(Array("three".utf8)))
    #expect(message(state).isEmpty)
    #expect(state.nextEvent(nowMilliseconds: 0) == nil)
  }

  @Test func aMessageOutlivesMoreBytes() {
    for first in [Feed.plain(0x81, "one"), Feed.plain(0x01, "on") + Feed.plain(0x80, "e")] {
      var state = Feed.state(.client)
      append(first, to: &state)
      #expect(state.nextEvent(nowMilliseconds: 0) == .text)
      for byte in Feed.plain(0x81, String(repeating: "two", count: 1000)) { append([byte], to: &state) }
      #expect(message(state) == Array("one".utf8))
      #expect(state.nextEvent(nowMilliseconds: 0) == .text)
      #expect(message(state).count == 3000)
    }
  }

  @Test func aMessageInOneFrameIsHandedOutWhereItWasReceived() {
    var state = Feed.state(.client)
    append(Feed.plain(0x81, "one"), to: &state)
    #expect(state.nextEvent(nowMilliseconds: 0) == .text)
    let received = state.input.withBytes { $0.baseAddress }
    #expect(state.withMessage { $0.baseAddress } == received)
  }

  @Test func memoryOfAHugeMessageIsGivenBack() {
    let payload = [UInt8](repeating: 0x61, count: 1 << 20)
    for frames in [Feed.plain(0x82, payload), Feed.plain(0x02, payload) + Feed.plain(0x80)] {
      var state = WebSocketConnectionState(role: .client, limits: .init(maxMessageBytes: 1 << 20)) { 0 }
      append(frames, to: &state)
      #expect(state.nextEvent(nowMilliseconds: 0) == .binary)
      #expect(message(state).count == payload.count)
      #expect(state.nextEvent(nowMilliseconds: 0) == nil)
      #expect(message(state).isEmpty)
      #expect(state.message == nil)
      #expect(state.input.capacity <= 4096)
    }
  }

  /// Quadratic work on 256 KiB would be minutes of copying.
  @Test func aLongMessageMayComeByteByByte() {
    let payload = (0..<1 << 18).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var state = Feed.state(.server)
    var events: [WebSocketConnectionState.Event] = []
    for byte in Feed.masked(0x82, payload) {
      withUnsafeBytes(of: byte) { state.append($0) }
      if let event = state.nextEvent(nowMilliseconds: 0) { events.append(event) }
    }
    #expect(events == [.binary])
    #expect(message(state) == payload)
  }

  @Test func aFailureIsTheLastEventAndTheRestIsDropped() {
    var state = Feed.state(.server)
    let records = Feed.feed(Feed.masked(0x83) + Feed.masked(0x81, "more") + Feed.masked(0x88), to: &state)
    #expect(records == [.failed(.protocolError, "reserved opcode")])
    #expect(!state.isOpen && state.isClosed && state.hasOutput)
    #expect(Feed.feed(Feed.masked(0x89, "x"), to: &state).isEmpty)
    #expect(state.takeOutput() == Feed.plain(0x88, Feed.close(1002, "reserved opcode")))
    #expect(!state.hasOutput)
    #expect(state.input.capacity == 0)
  }

  @Test func aClientsFailureIsMasked() {
    let got = Feed.run([[0xc1]], as: .client)
    #expect(got.records == [.failed(.protocolError, "reserved bit set")])
    #expect(got.output == Feed.masked(0x88, Feed.close(1002, "reserved bit set")))
  }

  @Test func theConnectionIsAValue() {
    var state = Feed.state(.server)
    append(Feed.masked(0x81, "one"), to: &state)
    var copy = state
    #expect(state.nextEvent(nowMilliseconds: 0) == .text)
    #expect(copy.nextEvent(nowMilliseconds: 0) == .text)
    #expect(message(state) == message(copy))
  }
}
