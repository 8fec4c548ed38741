import Testing

@testable import Wire

/// RFC 7692 §7.2.2 and §7.2.3.
@Suite struct MessageInflaterTests {
  /// What messages in a row inflate to, each fed in pieces of a size; nil from the first that is malformed.
  private func texts(_ messages: [[UInt8]], pieces size: Int = .max, windowBits: Int = 15) throws -> [String?] {
    var inflater = try #require(MessageInflater(windowBits: windowBits))
    return messages.map { message in
      var output: [UInt8] = []
      for start in stride(from: 0, to: message.count, by: min(size, message.count)) {
        let piece = Array(message[start..<min(start + min(size, message.count), message.count)])
        let outcome = piece.withUnsafeBytes { bytes in
          inflater.inflate(bytes, room: { 7 }) {
            output += $0
            return true
          }
        }
        guard case .done = outcome else { return nil }
      }
      let end = inflater.finish(room: { 7 }) {
        output += $0
        return true
      }
      guard case .done = end else { return nil }
      return String(decoding: output, as: UTF8.self)
    }
  }

  private func expect(
    _ messages: [[UInt8]], _ expected: [String?], windowBits: Int = 15,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for size in [.max, 1, 2, 3, 5] {
      #expect(
        try texts(messages, pieces: size, windowBits: windowBits) == expected, "pieces of \(size)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func theRFCsExamplesAreRead() throws {
    try expect([DeflateSample.hello], ["Hello"])
    try expect([DeflateSample.hello, DeflateSample.helloAgain], ["Hello", "Hello"])
    try expect([DeflateSample.helloStored], ["Hello"])
    try expect([DeflateSample.helloFinal], ["Hello"])
    try expect([DeflateSample.helloInTwoBlocks], ["Hello"])
    // §7.2.3.6.
    try expect([[0x00]], [""])
  }

  @Test func theWindowOutlivesABlockThatSaysItIsTheLast() throws {
    try expect([DeflateSample.helloFinal, DeflateSample.helloAgain], ["Hello", "Hello"])
    // A sender that ends its stream, and with it the message.
    try expect([Array(DeflateSample.helloFinal.dropLast()), DeflateSample.helloAgain], ["Hello", "Hello"])
  }

  @Test func messagesOfPythonsZlibAreRead() throws {
    try expect(
      [DeflateSample.tradeCompressed, DeflateSample.tradeAgain], [DeflateSample.trade, DeflateSample.trade])
    try expect([DeflateSample.tradeCompressed], [DeflateSample.trade], windowBits: 8)
  }

  @Test(arguments: [
    "ffffff",  // a block of the reserved type
    "f248cd",  // cut off in a block
    "000500fafe48656c6c6f00",  // the complement of a length that is none
    "f200110000",  // refers to what was never sent
    "000500faff4865",  // cut off in a stored block
    "f248cdc9c907",  // without the flush
  ])
  func whatIsNotDeflateIsMalformed(hex: String) throws {
    try expect([DeflateSample.bytes(hex)], [nil])
  }

  @Test func aMessageOfNothingIsMalformed() throws {
    var inflater = try #require(MessageInflater(windowBits: 15))
    guard case .malformed = inflater.finish(room: { 1 }, { _ in true }) else {
      Issue.record("taken")
      return
    }
  }

  @Test func noMoreIsMadeThanThereIsRoomFor() throws {
    var inflater = try #require(MessageInflater(windowBits: 15))
    var sizes: [Int] = []
    let outcome = DeflateSample.zeros(1 << 20).withUnsafeBytes { bytes in
      inflater.inflate(bytes, room: { 1000 }) {
        sizes.append($0.count)
        return sizes.count < 3
      }
    }
    guard case .stopped = outcome else {
      Issue.record("not stopped")
      return
    }
    #expect(sizes == [1000, 1000, 1000])
    sizes = []
    _ = DeflateSample.zeros(1 << 20).withUnsafeBytes { bytes in
      inflater.inflate(bytes, room: { .max }) {
        sizes.append($0.count)
        return false
      }
    }
    #expect(sizes.allSatisfy { $0 <= 16_384 })
  }

  @Test func aCopyGoesItsOwnWay() throws {
    var first = try #require(MessageInflater(windowBits: 15))
    var output: [UInt8] = []
    let take: (UnsafeRawBufferPointer) -> Bool = {
      output += $0
      return true
    }
    _ = DeflateSample.hello[..<3].withUnsafeBytes { first.inflate($0, room: { 100 }, take) }
    var second = first
    _ = [0xff, 0xff].withUnsafeBytes { second.inflate($0, room: { 100 }, { _ in true }) }
    _ = DeflateSample.hello[3...].withUnsafeBytes { first.inflate($0, room: { 100 }, take) }
    _ = first.finish(room: { 100 }, take)
    #expect(String(decoding: output, as: UTF8.self) == "Hello")
  }
}
