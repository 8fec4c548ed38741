import Testing

@testable import Wire

@Suite struct IncomingMessageTests {
  private static let limits = WebSocketLimits(maxMessageBytes: 100, maxFragments: 2)

  private func header(
    opcode: WebSocketOpcode = .text, isFinal: Bool = true, isCompressed: Bool = false, _ length: Int
  ) -> WebSocketFrameHeader {
    WebSocketFrameHeader(isFinal: isFinal, isCompressed: isCompressed, opcode: opcode, length: length)
  }

  private func take(_ bytes: [UInt8], _ message: inout IncomingMessage, _ limits: WebSocketLimits) -> WebSocketFault? {
    bytes.withUnsafeBytes { message.take($0, limits: limits) }
  }

  @Test func aPlainMessageInOneFrameStaysWhereItWasReceived() {
    var message = IncomingMessage(header(5), inflater: nil)
    #expect(take(Array("Hello".utf8), &message, Self.limits) == nil)
    #expect(message.finish(limits: Self.limits) == nil)
    #expect(!message.isAssembled)
    #expect(message.assembled.isEmpty)
  }

  @Test func fragmentsAndInflatedBytesArePutTogether() throws {
    var plain = IncomingMessage(header(isFinal: false, 3), inflater: nil)
    #expect(take(Array("Hel".utf8), &plain, Self.limits) == nil)
    #expect(take(Array("lo".utf8), &plain, Self.limits) == nil)
    #expect(plain.assembled == Array("Hello".utf8))
    var compressed = IncomingMessage(header(isCompressed: true, 7), inflater: MessageInflater(windowBits: 15))
    try compressed.announce(header(isCompressed: true, 7), limits: Self.limits)
    #expect(take(DeflateSample.hello, &compressed, Self.limits) == nil)
    #expect(compressed.finish(limits: Self.limits) == nil)
    #expect(compressed.assembled == Array("Hello".utf8))
    #expect(compressed.inflater != nil)
  }

  @Test func framesAreCountedAndAddedUp() throws {
    var message = IncomingMessage(header(isFinal: false, 60), inflater: nil)
    try message.announce(header(60), limits: Self.limits)
    #expect(message.announcedBytes == 60)
    #expect(throws: WebSocketFault.messageTooBig) { try message.announce(header(41), limits: Self.limits) }
    #expect(throws: WebSocketFault.messageTooBig) { try message.announce(header(.max), limits: Self.limits) }
    try message.announce(header(40), limits: Self.limits)
    message.fragments = 3
    #expect(throws: WebSocketFault(code: .policyViolation, reason: "too many fragments")) {
      try message.announce(header(0), limits: Self.limits)
    }
  }

  @Test func ofACompressedMessageALittleMoreIsTakenThanItMayBecome() throws {
    var message = IncomingMessage(header(isCompressed: true, 0), inflater: nil)
    try message.announce(header(100 + 100 / 8 + 64), limits: Self.limits)
    #expect(throws: WebSocketFault.messageTooBig) { try message.announce(header(1), limits: Self.limits) }
  }

  @Test func anInflaterThatIsGoneIsNoTrap() {
    var message = IncomingMessage(header(isCompressed: true, 7), inflater: nil)
    #expect(take(DeflateSample.hello, &message, Self.limits) == .noMemory)
  }
}
