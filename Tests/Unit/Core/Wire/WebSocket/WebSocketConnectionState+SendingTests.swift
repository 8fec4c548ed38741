import Testing
import Wire

@Suite struct WebSocketConnectionStateSendingTests {
  private typealias Feed = WebSocketFeed

  private func output(_ role: WebSocketRole, _ act: (inout WebSocketConnectionState) -> Void) -> [UInt8] {
    var state = Feed.state(role)
    act(&state)
    return state.takeOutput()
  }

  private func send(_ text: String, to state: inout WebSocketConnectionState) {
    Array(text.utf8).withUnsafeBytes { state.send(text: $0) }
  }

  // MARK: Frames (RFC 6455 §5.7)

  @Test func aServersTextIsTheRFCsExample() {
    let bytes = output(.server) { send("Hello", to: &$0) }
    #expect(bytes == [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
  }

  @Test func aClientsTextIsTheRFCsExample() {
    let bytes = output(.client) { send("Hello", to: &$0) }
    #expect(bytes == [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])
  }

  @Test func aServersPingIsTheRFCsExample() {
    let bytes = output(.server) { $0.sendPing(Array("Hello".utf8)) }
    #expect(bytes == [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
  }

  @Test func aPingMayBeEmptyAndIsCutTo125Bytes() {
    let empty = output(.server) { $0.sendPing() }
    #expect(empty == [0x89, 0x00])
    let payload = [UInt8](repeating: 7, count: 126)
    let long = output(.server) { $0.sendPing(payload) }
    #expect(long == [0x89, 125] + payload.dropLast())
  }

  @Test(arguments: [(256, [0x7e, 0x01, 0x00]), (65536, [0x7f, 0, 0, 0, 0, 0, 1, 0, 0])] as [(Int, [UInt8])])
  func binaryMessagesAreTheRFCsExamples(count: Int, length: [UInt8]) {
    let payload = [UInt8](repeating: 0xee, count: count)
    let bytes = output(.server) { state in payload.withUnsafeBytes { state.send(binary: $0) } }
    #expect(bytes == [0x82] + length + payload)
  }

  @Test func eachFrameOfAClientHasAKeyOfItsOwn() {
    final class Counter: @unchecked Sendable { var value: UInt32 = 0 }
    let counter = Counter()
    var state = WebSocketConnectionState(role: .client, limits: .exchange) {
      counter.value += 1
      return counter.value
    }
    send("aaaa", to: &state)
    state.sendPing()
    _ = Feed.feed(Feed.plain(0x89), to: &state)
    state.sendClose(.normal)
    #expect(
      state.takeOutput() == [0x81, 0x84, 0, 0, 0, 1, 0x61, 0x61, 0x61, 0x60]
        + [0x89, 0x80, 0, 0, 0, 2] + [0x8a, 0x80, 0, 0, 0, 3] + [0x88, 0x82, 0, 0, 0, 4, 0x03, 0xe8])
  }

  @Test func whatIsSentIsWrittenInOrderAndOnce() {
    var state = Feed.state(.server)
    send("a", to: &state)
    state.sendPing()
    send("", to: &state)
    #expect(state.hasOutput)
    #expect(state.takeOutput() == [0x81, 0x01, 0x61, 0x89, 0x00, 0x81, 0x00])
    #expect(!state.hasOutput)
    #expect(state.takeOutput().isEmpty)
  }

  // MARK: Closing (§5.5.1, §7)

  @Test(
    arguments: [
      (WebSocketCloseCode.normal, "", [0x88, 0x02, 0x03, 0xe8]),
      (.tryAgainLater, "slow", [0x88, 0x06, 0x03, 0xf5, 0x73, 0x6c, 0x6f, 0x77]), (.noStatus, "x", [0x88, 0x00]),
      (.abnormal, "", [0x88, 0x00]), (WebSocketCloseCode(999), "x", [0x88, 0x00]),
      (WebSocketCloseCode(4000), "", [0x88, 0x02, 0x0f, 0xa0]),
    ] as [(WebSocketCloseCode, String, [UInt8])])
  func aCloseFrameHasACodeThatMayBeSentOrNone(code: WebSocketCloseCode, reason: String, bytes: [UInt8]) {
    let bytes = output(.server) { $0.sendClose(code, reason: reason) }
    #expect(bytes == bytes)
  }

  /// 122 bytes and a character of two, three or four bytes: the last that fits whole is kept.
  @Test(arguments: [("x", 123), ("xx", 123), ("é", 122), ("€", 122), ("😀", 122), ("", 122)])
  func aReasonIsCutTo123BytesBetweenCharacters(end: String, count: Int) {
    let reason = String(repeating: "r", count: 122) + end
    let bytes = output(.server) { $0.sendClose(.goingAway, reason: reason) }
    #expect(bytes == Feed.plain(0x88, [0x03, 0xe9] + Array(reason.utf8).prefix(count)))
  }

  @Test func aReasonOfOneHugeCharacterIsCutInsideIt() {
    let reason = "e" + String(repeating: "\u{301}", count: 100)
    let bytes = output(.server) { $0.sendClose(.goingAway, reason: reason) }
    #expect(bytes == Feed.plain(0x88, [0x03, 0xe9] + Array(reason.utf8).prefix(123)))
  }

  @Test func nothingIsSentAfterTheCloseFrame() {
    let close: [UInt8] = [0x88, 0x02, 0x03, 0xe8]
    let bytes = output(.server) { state in
      state.sendClose(.normal)
      #expect(!state.isOpen && !state.isClosed)
      send("late", to: &state)
      [1].withUnsafeBytes { state.send(binary: $0) }
      state.sendPing()
      state.sendClose(.goingAway, reason: "again")
    }
    #expect(bytes == close)
  }

  @Test func theConnectionIsClosedWhenThePeersCloseFrameComes() {
    var state = Feed.state(.server)
    state.sendClose(.goingAway)
    _ = state.takeOutput()
    // RFC 6455 §5.5.1 forbids data after a close frame to its sender alone: the peer's may be on its way.
    #expect(Feed.feed(Feed.masked(0x81, "on its way"), to: &state) == [.text("on its way")])
    #expect(Feed.feed(Feed.masked(0x88, Feed.close(1001)), to: &state) == [.closed(.goingAway)])
    #expect(state.isClosed)
    // No second close frame.
    #expect(!state.hasOutput)
  }

  @Test func aFaultAfterOurCloseFrameGetsNoSecondOne() {
    var state = Feed.state(.server)
    state.sendClose(.normal)
    _ = state.takeOutput()
    #expect(Feed.feed([0xff], to: &state) == [.failed(.protocolError, "reserved bit set")])
    #expect(state.isClosed && !state.hasOutput)
  }

  @Test func aPingAfterOurCloseFrameIsAnswered() {
    // RFC 6455 §5.5.2: a pong "unless it already received a Close frame".
    var state = Feed.state(.server)
    state.sendClose(.normal)
    _ = state.takeOutput()
    #expect(Feed.feed(Feed.masked(0x89, "x"), to: &state) == [.ping([0x78])])
    #expect(state.takeOutput() == [0x8a, 0x01, 0x78])
  }

  // MARK: Pongs (§5.5.2, §5.5.3)

  @Test func pingsBeyondTheBoundAreAnsweredByThePongOfTheLatest() {
    var state = Feed.state(.server)
    let pings = (0..<100).map { Feed.masked(0x89, [UInt8($0)]) }
    #expect(Feed.feed(pings.joined(), to: &state).count == 100)
    let answered = Array(0..<UInt8(WebSocketConnectionState.maxQueuedPongs)) + [99]
    let pongs = answered.map { [0x8a, 0x01, $0] as [UInt8] }
    #expect(state.takeOutput() == Array(pongs.joined()))
    _ = Feed.feed(Feed.masked(0x89, [7]), to: &state)
    #expect(state.takeOutput() == [0x8a, 0x01, 7])
  }

  @Test func pingsCannotMakeTheOutputGrow() {
    var state = Feed.state(.server)
    let pings = Array(repeating: Feed.masked(0x89, [UInt8](repeating: 1, count: 125)), count: 1000)
    _ = Feed.feed(pings.joined(), to: &state)
    #expect(state.takeOutput().count == (WebSocketConnectionState.maxQueuedPongs + 1) * 127)
  }

  @Test func theLatestPongComesBeforeTheCloseFrame() {
    var state = Feed.state(.server)
    let pings = (0..<30).map { Feed.masked(0x89, [UInt8($0)]) }
    _ = Feed.feed(pings.joined() + Feed.masked(0x88), to: &state)
    #expect(state.takeOutput().suffix(5) == [0x8a, 0x01, 29, 0x88, 0x00])
    #expect(!state.hasOutput)
  }
}
