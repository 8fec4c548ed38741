import Testing
import Wire

/// The peer's close frame (RFC 6455 §5.5.1, §7.4; Autobahn 7) and the limits (§10.4; Autobahn 10).
@Suite struct WebSocketConnectionStateClosingTests {
  private typealias Feed = WebSocketFeed

  // MARK: Autobahn 7.1: what follows a close frame

  @Test(
    arguments: [
      Feed.masked(0x88, Feed.close(1000)), Feed.masked(0x89, "x"), Feed.masked(0x81, "x"), Feed.masked(0x80, "x"),
      [0xff],
    ] as [[UInt8]])
  func whatFollowsTheCloseFrameIsDropped(bytes: [UInt8]) {
    Feed.expect(
      Feed.masked(0x88, Feed.close(1000)) + bytes, to: .server, give: [.closed(.normal)],
      output: [0x88, 0x02, 0x03, 0xe8])
  }

  @Test func aCloseFrameMayCutAMessageOff() {
    Feed.expect(
      Feed.masked(0x01, "one") + Feed.masked(0x88, Feed.close(1001)) + Feed.masked(0x80, "two"), to: .server,
      give: [.closed(.goingAway)], output: [0x88, 0x02, 0x03, 0xe9])
  }

  @Test func theReplyEndsTheConnection() {
    var state = Feed.state(.server)
    #expect(Feed.feed(Feed.masked(0x88), to: &state) == [.closed(.noStatus)])
    #expect(!state.isOpen && state.isClosed)
    state.sendClose(.normal)
    #expect(state.takeOutput() == [0x88, 0x00])
  }

  @Test func aClientsReplyIsMasked() {
    Feed.expect(
      Feed.plain(0x88, Feed.close(1001, "bye")), to: .client, give: [.closed(.goingAway, "bye")],
      output: Feed.masked(0x88, [0x03, 0xe9]))
  }

  // MARK: Autobahn 7.3: payloads

  @Test func aCloseFrameMayBeEmpty() {
    Feed.expect(Feed.masked(0x88), to: .server, give: [.closed(.noStatus)], output: [0x88, 0x00])
  }

  @Test func halfACodeIsRefused() {
    Feed.expectFailure(Feed.masked(0x88, [0x03]), .protocolError, "close code cut off")
  }

  @Test(arguments: ["", "Hello World", "κόσμε", String(repeating: "*", count: 123)])
  func aReasonIsHandedOn(reason: String) {
    Feed.expect(
      Feed.masked(0x88, Feed.close(1000, reason)), to: .server, give: [.closed(.normal, reason)],
      output: [0x88, 0x02, 0x03, 0xe8])
  }

  @Test func aReasonOf124BytesIsRefused() {
    let bytes = Feed.masked(0x88, Feed.close(1000, String(repeating: "*", count: 124)))
    Feed.expectFailure(bytes, .protocolError, "control frame too long")
  }

  // MARK: Autobahn 7.5: the reason's text

  @Test(
    arguments: [
      [0xff], Array("κόσμε".utf8) + [0xed, 0xa0, 0x80] + Array("edited".utf8), [0x61, 0xe2, 0x82],
    ] as [[UInt8]])
  func aReasonThatIsNotUTF8Costs1007(reason: [UInt8]) {
    Feed.expectFailure(Feed.masked(0x88, [0x03, 0xe8] + reason), .invalidPayload, "close reason is not UTF-8")
  }

  // MARK: Autobahn 7.7, 7.9, 7.13: codes

  @Test(
    arguments: [
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
    ] as [UInt16])
  func aCodeThatMayBeSentIsEchoed(number: UInt16) {
    Feed.expect(
      Feed.masked(0x88, Feed.close(number)), to: .server, give: [.closed(WebSocketCloseCode(number))],
      output: Feed.plain(0x88, Feed.close(number)))
  }

  @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] as [UInt16])
  func aCodeThatMayNotBeSentIsRefused(number: UInt16) {
    Feed.expectFailure(Feed.masked(0x88, Feed.close(number, "x")), .protocolError, "invalid close code")
  }

  // MARK: Bytes

  private static let ten = WebSocketLimits(maxMessageBytes: 10, maxFragments: 3)

  @Test func aMessageOfTheLimitIsTaken() {
    Feed.expect(
      Feed.masked(0x81, "0123456789") + Feed.masked(0x01, "01234") + Feed.masked(0x80, "56789"), to: .server,
      limits: Self.ten, give: [.text("0123456789"), .text("0123456789")])
  }

  @Test(
    arguments: [
      Feed.masked(0x81, "0123456789a"), Feed.masked(0x82, [UInt8](repeating: 0, count: 200)),
      Feed.masked(0x01, "0123456789") + Feed.masked(0x80, "a"),
      Feed.masked(0x01, "01") + Feed.masked(0x00, "012345678"),
      [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
      Feed.masked(0x02, "0") + [0x80, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
    ] as [[UInt8]])
  func aMessageAboveTheLimitCosts1009(bytes: [UInt8]) {
    Feed.expectFailure(bytes, limits: Self.ten, .messageTooBig, "message too big")
  }

  @Test func aMessageAboveTheLimitIsRefusedByItsHeader() {
    var state = Feed.state(.server, limits: .server)
    let header: [UInt8] = [0x81, 0xff, 0, 0, 0, 0, 0, 0x01, 0, 0x01, 0, 0, 0, 0]
    #expect(Feed.feed(header, to: &state) == [.failed(.messageTooBig, "message too big")])
  }

  @Test func controlFramesDoNotCountAsBytesOfAMessage() {
    Feed.expect(
      Feed.masked(0x01, "0123456789") + Feed.masked(0x8a, "0123456789a") + Feed.masked(0x80), to: .server,
      limits: Self.ten, give: [.pong(Array("0123456789a".utf8)), .text("0123456789")])
  }

  // MARK: Fragments

  @Test func fragmentsAboveTheLimitCost1008() {
    let first = Feed.masked(0x01, "a")
    let more = Feed.masked(0x00, "b")
    let last = Feed.masked(0x80, "c")
    Feed.expect(first + more + last, to: .server, limits: Self.ten, give: [.text("abc")])
    Feed.expectFailure(
      first + more + more + last, limits: Self.ten, .policyViolation, "too many fragments")
  }

  @Test func aMessageOf64FragmentsIsTakenFromAClientAndOneOf65IsNot() {
    let more = (0..<62).flatMap { _ in Feed.masked(0x00, "b") }
    let taken = Feed.run([Feed.masked(0x01, "a") + more + Feed.masked(0x80, "c")], as: .server, limits: .server)
    #expect(taken.records == [.text("a" + String(repeating: "b", count: 62) + "c")])
    let refused = Feed.run(
      [Feed.masked(0x01) + more + Feed.masked(0x00) + Feed.masked(0x80)], as: .server, limits: .server)
    #expect(refused.records == [.failed(.policyViolation, "too many fragments")])
  }

  /// Autobahn 10.1.1: 65,536 bytes in frames of 1,300.
  @Test func aLongTextInFragmentsIsRead() {
    let pieces = Feed.pieces([UInt8](repeating: 0x2a, count: 65536), of: 1300)
    let frames = pieces.indices.map { index in
      Feed.masked((index == 0 ? 0x01 : 0x00) | (index == pieces.count - 1 ? 0x80 : 0x00), pieces[index])
    }
    let got = Feed.run(Feed.pieces(Array(frames.joined()), of: 1400), as: .server, limits: .server)
    #expect(got.records == [.text(String(repeating: "*", count: 65536))])
  }

  // MARK: Messages a second

  @Test func theTwentyFirstMessageOfASecondCosts1008() {
    var state = Feed.state(.server, limits: .server)
    let message = Feed.masked(0x01, "a") + Feed.masked(0x80, "b")
    for second: Int64 in 1...3 {
      for _ in 0..<20 { #expect(Feed.feed(message, to: &state, now: second * 1000) == [.text("ab")]) }
    }
    #expect(Feed.feed(message, to: &state, now: 3999) == [.failed(.policyViolation, "too many messages")])
    #expect(state.takeOutput() == Feed.plain(0x88, Feed.close(1008, "too many messages")))
  }

  @Test func controlFramesAreCountedApart() {
    var state = Feed.state(.server, limits: .server)
    let both = Feed.masked(0x81) + Feed.masked(0x8a)
    for _ in 0..<20 { #expect(Feed.feed(both, to: &state).count == 2) }
    #expect(Feed.feed(Feed.masked(0x89), to: &state) == [.failed(.policyViolation, "too many control frames")])
  }

  @Test func anExchangeIsNotCounted() {
    var state = Feed.state(.client, limits: .exchange)
    let messages = (0..<1000).flatMap { _ in Feed.plain(0x81, "a") + Feed.plain(0x8a) }
    #expect(Feed.feed(messages, to: &state).count == 2000)
  }
}
