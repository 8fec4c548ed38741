import Testing
import Wire

/// RFC 6455 §5.4 to §8.1, in the order of Autobahn's cases. Each stream comes whole, byte by byte, and cut at every place.
@Suite struct WebSocketConnectionStateReceivingTests {
  private typealias Feed = WebSocketFeed

  // MARK: RFC 6455 §5.7, the examples

  @Test func theRFCsUnmaskedTextIsRead() {
    Feed.expect([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f], to: .client, give: [.text("Hello")])
  }

  @Test func theRFCsMaskedTextIsRead() {
    Feed.expect(
      [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58], to: .server, give: [.text("Hello")])
  }

  @Test func theRFCsFragmentedTextIsRead() {
    Feed.expect([0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f], to: .client, give: [.text("Hello")])
  }

  @Test func theRFCsPingIsAnsweredByTheRFCsPong() {
    Feed.expect(
      [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f], to: .client, give: [.ping(Array("Hello".utf8))],
      output: [0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])
  }

  @Test(arguments: [(256, [0x7e, 0x01, 0x00]), (65536, [0x7f, 0, 0, 0, 0, 0, 1, 0, 0])] as [(Int, [UInt8])])
  func theRFCsBinaryMessagesAreRead(count: Int, length: [UInt8]) {
    let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    for size in [count + 10, 997, 4096] {
      let got = Feed.run(Feed.pieces([0x82] + length + payload, of: size), as: .client)
      #expect(got.records == [.binary(payload)])
    }
  }

  // MARK: Autobahn 1: messages of every size

  @Test(arguments: [0, 1, 125, 126, 127, 128, 300]) func messagesOfEverySizeAreRead(count: Int) {
    let text = String(repeating: "*", count: count)
    let binary = [UInt8](repeating: 0xfe, count: count)
    Feed.expect(
      Feed.masked(0x81, text) + Feed.masked(0x82, binary), to: .server, give: [.text(text), .binary(binary)])
    Feed.expect(
      Feed.plain(0x81, text) + Feed.plain(0x82, binary), to: .client, give: [.text(text), .binary(binary)])
  }

  @Test(arguments: [65535, 65536]) func longMessagesAreReadInPieces(count: Int) {
    let text = String(repeating: "*", count: count)
    let got = Feed.run(Feed.pieces(Feed.masked(0x81, text), of: 997), as: .server, limits: .server)
    #expect(got.records == [.text(text)])
  }

  // MARK: Autobahn 2: pings and pongs

  @Test(arguments: [0, 5, 125]) func aPingIsAnsweredWithItsPayload(count: Int) {
    let payload = [UInt8](repeating: 0xfe, count: count)
    Feed.expect(Feed.masked(0x89, payload), to: .server, give: [.ping(payload)], output: Feed.plain(0x8a, payload))
    Feed.expect(Feed.plain(0x89, payload), to: .client, give: [.ping(payload)], output: Feed.masked(0x8a, payload))
  }

  @Test func aPongNobodyAskedForIsNotAnswered() {
    Feed.expect(Feed.masked(0x8a) + Feed.masked(0x8a, "x"), to: .server, give: [.pong([]), .pong([0x78])])
  }

  @Test func tenPingsGetTenPongs() {
    let payloads = (0..<10).map { Array("payload-\($0)".utf8) }
    Feed.expect(
      payloads.flatMap { Feed.masked(0x89, $0) }, to: .server, give: payloads.map { .ping($0) },
      output: payloads.flatMap { Feed.plain(0x8a, $0) })
  }

  // MARK: Autobahn 2.5, 3 and 4: headers against the rules

  @Test(
    arguments: [
      (Feed.masked(0x89, [UInt8](repeating: 0xfe, count: 126)), "control frame too long"),
      (Feed.masked(0xc1, "x"), "reserved bit set"), (Feed.masked(0xa2, "x"), "reserved bit set"),
      (Feed.masked(0x99), "reserved bit set"), (Feed.masked(0xf8), "reserved bit set"),
      (Feed.masked(0x83), "reserved opcode"), (Feed.masked(0x87, "x"), "reserved opcode"),
      (Feed.masked(0x8b), "reserved opcode"), (Feed.masked(0x8f, "x"), "reserved opcode"),
      (Feed.masked(0x09, "x"), "fragmented control frame"), (Feed.masked(0x0a), "fragmented control frame"),
      (Feed.masked(0x08), "fragmented control frame"), (Feed.plain(0x81, "x"), "frame from a client not masked"),
      ([0x81, 0xfe, 0x00, 0x7d], "malformed length"), ([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], "malformed length"),
    ] as [([UInt8], String)])
  func aHeaderAgainstTheRulesEndsTheConnectionAfterWhatCameBefore(bytes: [UInt8], reason: String) {
    Feed.expectFailure(
      Feed.masked(0x81, "Hi") + bytes + Feed.masked(0x89), after: [.text("Hi")], .protocolError, reason)
  }

  @Test func aClientRefusesAMaskedFrame() {
    Feed.expect(
      Feed.plain(0x81, "Hi") + Feed.masked(0x81, "x"), to: .client,
      give: [.text("Hi"), .failed(.protocolError, "masked frame from a server")],
      output: Feed.masked(0x88, Feed.close(1002, "masked frame from a server")))
  }

  // MARK: Autobahn 5: fragments (§5.4)

  @Test func fragmentsOfAnySizeMakeOneMessage() {
    let frames = [Feed.masked(0x01), Feed.masked(0x00, "frag"), Feed.masked(0x00), Feed.masked(0x80, "ments")]
    Feed.expect(Array(frames.joined()), to: .server, give: [.text("fragments")])
    Feed.expect(Feed.masked(0x02) + Feed.masked(0x80), to: .server, give: [.binary([])])
    Feed.expect(Feed.plain(0x02, [1]) + Feed.plain(0x80, [2]), to: .client, give: [.binary([1, 2])])
  }

  @Test func controlFramesMayStandBetweenFragments() {
    let frames = [
      Feed.masked(0x01, "one "), Feed.masked(0x89, "a"), Feed.masked(0x00, "two "), Feed.masked(0x8a),
      Feed.masked(0x89), Feed.masked(0x80, "three"), Feed.masked(0x81, "next"),
    ]
    Feed.expect(
      Array(frames.joined()), to: .server,
      give: [.ping([0x61]), .pong([]), .ping([]), .text("one two three"), .text("next")],
      output: [0x8a, 0x01, 0x61, 0x8a, 0x00])
  }

  @Test(arguments: [UInt8](arrayLiteral: 0x80, 0x00)) func aContinuationOfNothingIsRefused(first: UInt8) {
    let frame = Feed.masked(first, "x")
    Feed.expectFailure(frame, .protocolError, "continuation of no message")
    Feed.expectFailure(
      Feed.masked(0x01, "a") + Feed.masked(0x80, "b") + frame, after: [.text("ab")], .protocolError,
      "continuation of no message")
    Feed.expectFailure(
      Feed.masked(0x81, "a") + frame, after: [.text("a")], .protocolError, "continuation of no message")
  }

  @Test(arguments: [UInt8](arrayLiteral: 0x81, 0x01, 0x82, 0x02)) func aNewMessageInsideAMessageIsRefused(first: UInt8)
  {
    Feed.expectFailure(
      Feed.masked(0x01, "a") + Feed.masked(0x8a) + Feed.masked(first, "b"), after: [.pong([])], .protocolError,
      "new message inside a message")
  }

  // MARK: Autobahn 6: UTF-8 (§8.1)

  @Test func aCharacterMayBeCutBetweenFragments() {
    let text = "Hello-µ@ßöäüàá-UTF-8!!κόσμε😀"
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      let frames = Feed.masked(0x01, Array(bytes[..<cut])) + Feed.masked(0x80, Array(bytes[cut...]))
      let pieces = Feed.run(Feed.pieces(frames, of: 1), as: .server)
      #expect(Feed.run([frames], as: .server).records == [.text(text)])
      #expect(pieces.records == [.text(text)])
    }
    let single = bytes.indices.map { Feed.masked($0 == 0 ? 0x01 : 0x00, [bytes[$0]]) } + [Feed.masked(0x80)]
    Feed.expect(Array(single.joined()), to: .server, give: [.text(text)])
  }

  @Test(
    arguments: [
      [0xff], [0x61, 0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82, 0x61],
    ] as [[UInt8]])
  func textThatIsNotUTF8Costs1007(bytes: [UInt8]) {
    Feed.expectFailure(Feed.masked(0x81, bytes + Array("more".utf8)), .invalidPayload, "text is not UTF-8")
    let fragments = bytes.map { Feed.masked(0x00, [$0]) }.joined()
    Feed.expectFailure(Feed.masked(0x01) + fragments, .invalidPayload, "text is not UTF-8")
  }

  @Test(arguments: [[0xc3], [0xe2, 0x82], [0x61, 0xf0, 0x9f, 0x98]] as [[UInt8]])
  func textThatEndsInsideACharacterCosts1007(bytes: [UInt8]) {
    Feed.expectFailure(Feed.masked(0x81, bytes), .invalidPayload, "text ends inside a character")
    Feed.expectFailure(
      Feed.masked(0x01, bytes) + Feed.masked(0x80), .invalidPayload, "text ends inside a character")
  }

  @Test func aWrongByteIsRefusedBeforeTheRestOfItsFrameComes() {
    var state = Feed.state(.server)
    let frame = Feed.masked(0x81, Array("κόσμε".utf8) + [0xf4, 0x90] + Array("edited".utf8))
    // The header, the word of ten bytes, the first byte of a character that could still be one.
    #expect(Feed.feed(frame[..<17], to: &state).isEmpty)
    #expect(Feed.feed(frame[17..<18], to: &state) == [.failed(.invalidPayload, "text is not UTF-8")])
  }

  @Test func binaryMayBeAnything() {
    let bytes: [UInt8] = [0xff, 0xfe, 0x80, 0xc0, 0xed, 0xa0]
    Feed.expect(
      Feed.masked(0x82, bytes) + Feed.masked(0x02, bytes) + Feed.masked(0x80), to: .server,
      give: [.binary(bytes), .binary(bytes)])
  }

  @Test func eachTextIsCheckedFromItsOwnStart() {
    Feed.expect(
      Feed.masked(0x82, [0xc3]) + Feed.masked(0x81, "é") + Feed.masked(0x81, "é"), to: .server,
      give: [.binary([0xc3]), .text("é"), .text("é")])
  }
}
