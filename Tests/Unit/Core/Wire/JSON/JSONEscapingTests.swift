import Testing

@testable import Wire

@Suite struct JSONEscapingTests {
  private func copy(
    _ text: String, room: Int = 256, _ copy: (UnsafeRawBufferPointer, UnsafeMutableRawPointer) -> Int?
  ) -> String? {
    Array(text.utf8).withUnsafeBytes { bytes in
      withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { memory in
        memory.baseAddress.flatMap { copy(bytes, $0) }.map { String(decoding: memory[..<$0], as: UTF8.self) }
      }
    }
  }

  @Test(arguments: [
    "", "a", "abc", "abcd", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopq",
  ])
  func aPlainTextIsCopied(text: String) {
    #expect(copy(text) { JSONEscaping.copyPlain($0, to: $1) } == "\"\(text)\"")
  }

  @Test(arguments: ["\"", "abc\n", "abcdef\\", "abcdefgh\u{1}", "é", "abcdefgh€"])
  func anotherTextIsLeftToThoseWhoTakeTheirTime(text: String) {
    // Of less than four bytes each is looked at alone.
    let isShort = text.utf8.count < 4 && text == "é"
    #expect((copy(text) { JSONEscaping.copyPlain($0, to: $1) } == nil) != isShort)
  }

  @Test func escapesAreThoseOfTheRFCAndCounted() {
    let text = "\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}é"
    #expect(copy(text) { JSONEscaping.copyEscaping($0, to: $1) } == #""\"\\/\b\f\n\r\t\u0000\u001fé""#)
    #expect(Array("a\nb".utf8).withUnsafeBytes { JSONEscaping.escapedCount($0) } == 8)
  }
}
