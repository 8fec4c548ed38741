import Testing

@testable import Wire

/// RFC 6455 §5.2. Lengths and their bytes: `struct.pack('>H', n)` and `struct.pack('>Q', n)` of Python.
@Suite struct WebSocketFrameHeaderTests {
  private func read(_ bytes: [UInt8], as role: WebSocketRole = .client) -> WebSocketFrameHeader.Reading {
    bytes.withUnsafeBytes { WebSocketFrameHeader.read($0, as: role) }
  }

  @Test func theFirstReservedBitIsTheFirstFramesWhereCompressionWasAgreedOn() {
    func read(_ first: UInt8, agreed: Bool) -> WebSocketFrameHeader.Reading {
      [first, 0x00].withUnsafeBytes { WebSocketFrameHeader.read($0, as: .client, allowsCompression: agreed) }
    }
    for (first, opcode) in [(0xc1, .text), (0xc2, .binary)] as [(UInt8, WebSocketOpcode)] {
      let header = WebSocketFrameHeader(isCompressed: true, opcode: opcode, length: 0)
      #expect(read(first, agreed: true) == .header(header, size: 2))
      var written: [UInt8] = []
      header.write(to: &written)
      #expect(written == [first, 0x00])
    }
    let fault = WebSocketFrameHeader.Reading.fault(.protocolError("reserved bit set"))
    for first in [0xc0, 0xc8, 0xc9, 0xca, 0x40, 0xa1, 0x91, 0xe1, 0xf1] as [UInt8] {
      #expect(read(first, agreed: true) == fault)
    }
    #expect(read(0xc1, agreed: false) == fault)
  }

  private static let sizes: [(length: Int, bytes: [UInt8])] = [
    (0, [0x00]), (1, [0x01]), (125, [0x7d]), (126, [0x7e, 0x00, 0x7e]), (127, [0x7e, 0x00, 0x7f]),
    (65535, [0x7e, 0xff, 0xff]), (65536, [0x7f, 0, 0, 0, 0, 0, 1, 0, 0]),
    (0x7fff_ffff_ffff_ffff, [0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  ]

  @Test(arguments: sizes) func aLengthIsReadAndWrittenInItsShortestForm(length: Int, bytes: [UInt8]) {
    let header = WebSocketFrameHeader(opcode: .binary, length: length)
    #expect(read([0x82] + bytes + [0xff]) == .header(header, size: bytes.count + 1))
    var written: [UInt8] = []
    header.write(to: &written)
    #expect(written == [0x82] + bytes)
  }

  @Test(arguments: sizes) func aMaskKeyFollowsTheLength(length: Int, bytes: [UInt8]) {
    let header = WebSocketFrameHeader(opcode: .text, maskKey: 0x37fa_213d, length: length)
    let masked = [0x81, bytes[0] | 0x80] + bytes.dropFirst() + [0x37, 0xfa, 0x21, 0x3d]
    #expect(read(masked, as: .server) == .header(header, size: masked.count))
    for end in masked.indices { #expect(read(Array(masked[..<end]), as: .server) == .needMore) }
    var written: [UInt8] = []
    header.write(to: &written)
    #expect(written == masked)
  }

  @Test(
    arguments: [
      [0x82, 0x7e, 0x00, 0x00], [0x82, 0x7e, 0x00, 0x7d], [0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0x05],
      [0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0xff, 0xff], [0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0],
      [0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ] as [[UInt8]])
  func aLengthNotMinimalOrWithItsTopBitSetIsRefused(bytes: [UInt8]) {
    #expect(read(bytes) == .fault(.protocolError("malformed length")))
    var masked = bytes
    masked[1] |= 0x80
    // Before the mask key is there.
    #expect(read(masked, as: .server) == .fault(.protocolError("malformed length")))
  }

  @Test(arguments: [UInt8](1...7)) func aReservedBitIsRefusedByTheFirstByte(bits: UInt8) {
    #expect(read([0x81 | bits << 4]) == .fault(.protocolError("reserved bit set")))
  }

  @Test(arguments: [UInt8](0...15)) func onlyTheSixOpcodesAreKnown(opcode: UInt8) {
    let isKnown = [0, 1, 2, 8, 9, 10].contains(opcode)
    #expect(read([0x80 | opcode]) == (isKnown ? .needMore : .fault(.protocolError("reserved opcode"))))
  }

  @Test(arguments: [UInt8](8...10)) func aControlFrameIsFinalAndShort(opcode: UInt8) {
    #expect(read([opcode]) == .fault(.protocolError("fragmented control frame")))
    #expect(read([0x80 | opcode, 126]) == .fault(.protocolError("control frame too long")))
    #expect(read([0x80 | opcode, 127]) == .fault(.protocolError("control frame too long")))
    guard case .header(let header, size: 2) = read([0x80 | opcode, 125]) else {
      Issue.record("125 bytes are refused")
      return
    }
    #expect(header.length == 125)
    #expect(header.opcode.isControl)
  }

  @Test func aServerRefusesAFrameThatIsNotMasked() {
    #expect(read([0x81, 0x05], as: .server) == .fault(.protocolError("frame from a client not masked")))
  }

  @Test func aClientRefusesAMaskedFrame() {
    #expect(read([0x81, 0x85], as: .client) == .fault(.protocolError("masked frame from a server")))
  }

  @Test func aFragmentIsNotFinal() {
    let header = WebSocketFrameHeader(isFinal: false, opcode: .text, length: 3)
    #expect(read([0x01, 0x03]) == .header(header, size: 2))
    var written: [UInt8] = []
    header.write(to: &written)
    #expect(written == [0x01, 0x03])
  }
}
