import Testing

@testable import Wire

/// RFC 6455 §5.3: `transformed-octet-i = original-octet-i XOR masking-key-octet-(i MOD 4)`.
@Suite struct WebSocketMaskTests {
  private let keyBytes: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

  private func apply(to bytes: inout [UInt8], _ range: Range<Int>, offset: Int, key: UInt32 = 0x37fa_213d) {
    bytes.withUnsafeMutableBytes {
      WebSocketMask.apply(key, offset: offset, to: UnsafeMutableRawBufferPointer(rebasing: $0[range]))
    }
  }

  @Test func theExampleOfTheRFCIsMasked() {
    var bytes = Array("Hello".utf8)
    apply(to: &bytes, 0..<5, offset: 0)
    #expect(bytes == [0x7f, 0x9f, 0x4d, 0x51, 0x58])
  }

  @Test func everyLengthOffsetAndAlignmentFollowsTheFormula() {
    for count in 0...41 {
      for offset in 0...5 {
        for start in 0...3 {
          let bytes = (0..<start + count + 2).map { UInt8($0 * 7 & 0xff) }
          var masked = bytes
          apply(to: &masked, start..<start + count, offset: offset)
          let expected = bytes.indices.map { index in
            let place = index - start
            return place >= 0 && place < count ? bytes[index] ^ keyBytes[(offset + place) % 4] : bytes[index]
          }
          #expect(masked == expected, "\(count) bytes at \(start), offset \(offset)")
        }
      }
    }
  }

  @Test func piecesAreMaskedAsTheWhole() {
    let bytes = (0..<100).map { UInt8($0) }
    var whole = bytes
    apply(to: &whole, 0..<100, offset: 0)
    for cut in 0...100 {
      var pieces = bytes
      apply(to: &pieces, 0..<cut, offset: 0)
      apply(to: &pieces, cut..<100, offset: cut)
      #expect(pieces == whole)
    }
  }

  @Test func maskingTwiceGivesTheBytesBack() {
    let bytes = (0..<100).map { UInt8($0) }
    for key: UInt32 in [0, 1, 0xff00_0000, 0xffff_ffff] {
      var twice = bytes
      apply(to: &twice, 0..<100, offset: 0, key: key)
      #expect(key == 0 ? twice == bytes : twice != bytes)
      apply(to: &twice, 0..<100, offset: 0, key: key)
      #expect(twice == bytes)
    }
  }

  @Test func noBytesAreNoFault() {
    WebSocketMask.apply(1, offset: 0, to: UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }
}
