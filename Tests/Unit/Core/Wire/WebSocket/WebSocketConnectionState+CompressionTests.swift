import Testing

@testable import Wire

/// RFC 7692 §6 and §7.2.2. Each stream comes whole, byte by byte, and cut at every place.
@Suite struct WebSocketConnectionStateCompressionTests {
  private typealias Feed = WebSocketFeed

  private static let keeping = WebSocketCompressionTerms(
    server: .init(keepsContext: true), client: .init(keepsContext: true))
  private static let forgetting = WebSocketCompressionTerms(
    server: .init(keepsContext: false), client: .init(keepsContext: false))

  @Test func theRFCsMessagesAreRead() {
    // §7.2.3.1: in one frame, then in two.
    for bytes in [
      Feed.plain(0xc1, DeflateSample.hello),
      Feed.plain(0x41, Array(DeflateSample.hello[..<3])) + Feed.plain(0x80, Array(DeflateSample.hello[3...])),
    ] {
      Feed.expect(bytes, to: .client, compression: Self.forgetting, give: [.text("Hello")])
    }
    for message in [DeflateSample.helloStored, DeflateSample.helloFinal, DeflateSample.helloInTwoBlocks] {
      Feed.expect(Feed.masked(0xc1, message), to: .server, compression: Self.forgetting, give: [.text("Hello")])
      Feed.expect(
        Feed.masked(0xc2, message), to: .server, compression: Self.forgetting, give: [.binary(Array("Hello".utf8))])
    }
    Feed.expect(Feed.masked(0xc1, [0x00]), to: .server, compression: Self.forgetting, give: [.text("")])
  }

  @Test func aContextIsKeptFromMessageToMessageWhereThatWasAgreedOn() {
    let stream =
      Feed.masked(0xc1, DeflateSample.hello) + Feed.masked(0x81, "plain") + Feed.masked(0xc1, DeflateSample.helloAgain)
    Feed.expect(
      stream, to: .server, compression: Self.keeping, give: [.text("Hello"), .text("plain"), .text("Hello")])
    Feed.expectFailure(
      stream, compression: Self.forgetting, after: [.text("Hello"), .text("plain")], .invalidPayload,
      "message is not compressed correctly")
  }

  @Test func controlFramesComeBetweenTheFramesOfACompressedMessage() {
    let trade = DeflateSample.tradeCompressed
    let stream =
      Feed.masked(0x41, Array(trade[..<70])) + Feed.masked(0x89, "a") + Feed.masked(0x00, Array(trade[70..<71]))
      + Feed.masked(0x00) + Feed.masked(0x80, Array(trade[71...]))
    Feed.expect(
      stream, to: .server, compression: Self.keeping, give: [.ping([0x61]), .text(DeflateSample.trade)],
      output: Feed.plain(0x8a, "a"))
  }

  @Test(arguments: [0xc9, 0xc8, 0xca, 0xa1, 0x91, 0xe1] as [UInt8])
  func otherReservedBitsAreAnError(first: UInt8) {
    Feed.expectFailure(Feed.masked(first), compression: Self.keeping, .protocolError, "reserved bit set")
  }

  @Test func aContinuationDoesNotSayAgainThatItIsCompressed() {
    Feed.expectFailure(
      Feed.masked(0x41, DeflateSample.hello) + Feed.masked(0xc0), compression: Self.keeping, .protocolError,
      "reserved bit set")
  }

  @Test func withoutAgreementACompressedMessageIsAnError() {
    Feed.expectFailure(Feed.masked(0xc1, DeflateSample.hello), .protocolError, "reserved bit set")
  }

  @Test func whatIsNotDeflateIsInvalid() {
    Feed.expectFailure(
      Feed.masked(0xc1, [0xff, 0xff, 0xff]), compression: Self.keeping, .invalidPayload,
      "message is not compressed correctly")
    Feed.expectFailure(
      Feed.masked(0xc1), compression: Self.keeping, .invalidPayload, "message is not compressed correctly")
  }

  @Test func aWrongByteOfTextFailsBeforeTheMessageEnds() {
    Feed.expectFailure(
      Feed.masked(0xc1, DeflateSample.wrongText), compression: Self.keeping, .invalidPayload, "text is not UTF-8")
    // All that is needed to know it, in a message that has not ended.
    let part = Array(DeflateSample.wrongText[..<13])
    Feed.expectFailure(
      Feed.masked(0x41, part), compression: Self.keeping, .invalidPayload, "text is not UTF-8")
    Feed.expect(
      Feed.masked(0xc2, DeflateSample.wrongText), to: .server, compression: Self.keeping,
      give: [.binary(DeflateSample.bytes("cebacf8ccfeda080656469746564"))])
  }

  @Test func textThatEndsInsideACharacterIsInvalid() {
    // A stored block of one byte, the first of two.
    Feed.expectFailure(
      Feed.masked(0xc1, [0x00, 0x01, 0x00, 0xfe, 0xff, 0xce, 0x00]), compression: Self.keeping, .invalidPayload,
      "text ends inside a character")
  }

  // MARK: Limits

  @Test func aMessageMayBecomeAsLongAsTheLimitAndNoLonger() {
    let limits = WebSocketLimits(maxMessageBytes: 1000)
    Feed.expect(
      Feed.masked(0xc2, DeflateSample.zeros(1000)), to: .server, limits: limits, compression: Self.keeping,
      give: [.binary([UInt8](repeating: 0, count: 1000))])
    Feed.expectFailure(
      Feed.masked(0xc2, DeflateSample.zeros(1001)), limits: limits, compression: Self.keeping, .messageTooBig,
      "message too big")
    Feed.expectFailure(
      Feed.masked(0x42, DeflateSample.zeros(900) + [0x00, 0x00, 0xff, 0xff])
        + Feed.masked(0x80, DeflateSample.zeros(101)), limits: limits,
      compression: Self.keeping, .messageTooBig, "message too big")
  }

  @Test func aMessageMayNotBecomeTooManyTimesLonger() {
    let limits = WebSocketLimits(maxMessageBytes: 1 << 20, maxInflationRatio: 10)
    let bomb = DeflateSample.zeros(40_000)
    #expect(WebSocketLimits.inflationAllowance + bomb.count * 10 < 40_000)
    Feed.expectFailure(
      Feed.masked(0xc2, bomb), limits: limits, compression: Self.keeping, .messageTooBig, "message compressed too far")
    let fine = DeflateSample.zeros(WebSocketLimits.inflationAllowance)
    Feed.expect(
      Feed.masked(0xc2, fine), to: .server, limits: limits, compression: Self.keeping,
      give: [.binary([UInt8](repeating: 0, count: WebSocketLimits.inflationAllowance))])
  }

  @Test func compressedFragmentsAreCountedToo() {
    let limits = WebSocketLimits(maxMessageBytes: 100, maxFragments: 2)
    Feed.expectFailure(
      Feed.masked(0x41, [0x00]) + Feed.masked(0x00) + Feed.masked(0x00), limits: limits, compression: Self.keeping,
      .policyViolation, "too many fragments")
  }

  @Test func emptyBlocksWithoutEndAreCutOff() {
    let limits = WebSocketLimits(maxMessageBytes: 8, maxFragments: 1000)
    // An empty stored block takes five bytes and gives nothing: 8 + 1 + 64 bytes are room for fourteen of them.
    let block = Feed.masked(0x00, [0x00, 0x00, 0x00, 0xff, 0xff])
    Feed.expectFailure(
      Feed.masked(0x41, [0x00, 0x00, 0x00, 0xff, 0xff]) + Array(repeating: block, count: 20).flatMap { $0 },
      limits: limits, compression: Self.keeping, .messageTooBig, "message too big")
  }

  // MARK: Sending

  private func sent(
    _ texts: [String], as role: WebSocketRole, _ compression: WebSocketCompressionTerms
  ) -> [UInt8] {
    var state = Feed.state(role, compression: compression)
    for text in texts { Array(text.utf8).withUnsafeBytes { state.send(text: $0) } }
    return state.takeOutput()
  }

  @Test func whatIsSentIsCompressedAndMaskedAsTheRoleAsks() {
    let (first, again) = (DeflateSample.tradeCompressed, DeflateSample.tradeAgain)
    #expect(
      sent([DeflateSample.trade, "Hello", DeflateSample.trade], as: .server, Self.keeping)
        == Feed.plain(0xc1, first) + Feed.plain(0x81, "Hello") + Feed.plain(0xc1, again))
    #expect(
      sent([DeflateSample.trade, DeflateSample.trade], as: .client, Self.forgetting)
        == Feed.masked(0xc1, first) + Feed.masked(0xc1, first))
  }

  @Test func whatOneSideSendsTheOtherReads() {
    let texts = (1...5).map { String(repeating: "\($0)κόσμε ", count: 40 * $0) }
    for terms in [Self.keeping, Self.forgetting] {
      Feed.expect(sent(texts, as: .client, terms), to: .server, compression: terms, give: texts.map { .text($0) })
    }
    for bits in 9...15 {
      var terms = Self.keeping
      terms.server.windowBits = bits
      let got = Feed.run([sent(texts, as: .server, terms)], as: .client, compression: terms)
      #expect(got.records == texts.map { .text($0) })
    }
  }

  @Test func noMemoryOfZlibIsHeldBetweenMessagesThatStandAlone() {
    var state = Feed.state(.server, compression: Self.forgetting)
    #expect(Feed.feed(Feed.masked(0xc1, DeflateSample.hello), to: &state) == [.text("Hello")])
    #expect(state.keptInflater == nil)
    #expect(state.message == nil)
    var keeping = Feed.state(.server, compression: Self.keeping)
    #expect(keeping.keptInflater == nil)
    #expect(Feed.feed(Feed.masked(0xc1, DeflateSample.hello), to: &keeping) == [.text("Hello")])
    #expect(keeping.keptInflater != nil)
    _ = Feed.feed(Feed.masked(0x88), to: &keeping)
    #expect(keeping.keptInflater == nil)
  }
}
