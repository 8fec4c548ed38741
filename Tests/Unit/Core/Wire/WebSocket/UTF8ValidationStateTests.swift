import Testing

@testable import Wire

/// RFC 3629 §4, and where a wrong byte is seen: the Unicode Standard, table 3-7.
@Suite struct UTF8ValidationStateTests {
  /// The place of the first byte refused when they come one by one; nil when all are taken.
  private func refusal(of bytes: [UInt8]) -> Int? {
    var state = UTF8ValidationState()
    return bytes.firstIndex { byte in withUnsafeBytes(of: byte) { !state.accept($0) } }
  }

  private func isValid(_ bytes: [UInt8], cutAt cut: Int = 0) -> Bool {
    var state = UTF8ValidationState()
    return bytes.withUnsafeBytes {
      state.accept(UnsafeRawBufferPointer(rebasing: $0[..<cut]))
        && state.accept(UnsafeRawBufferPointer(rebasing: $0[cut...])) && state.isComplete
    }
  }

  @Test(arguments: [
    "", "Hello", "Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\u{0}", "\u{7f}", "\u{80}", "\u{7ff}", "\u{800}", "\u{d7ff}",
    "\u{e000}", "\u{fffd}", "\u{ffff}", "\u{10000}", "\u{10ffff}", "\u{1fffe}", "日本語 😀 ascii again, and more of it",
    String(repeating: "x", count: 31) + "é" + String(repeating: "y", count: 70) + "😀",
  ])
  func textIsValidHoweverItIsCut(text: String) {
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count { #expect(isValid(bytes, cutAt: cut)) }
    #expect(refusal(of: bytes) == nil)
  }

  @Test(
    arguments: [
      // Lone continuation bytes, bytes that never occur.
      ([0x80], 0), ([0xbf], 0), ([0xc0], 0), ([0xc1], 0), ([0xf5], 0), ([0xfe], 0), ([0xff], 0), ([0x41, 0x80], 1),
      // Overlong forms.
      ([0xc0, 0xaf], 0), ([0xe0, 0x80, 0xaf], 1), ([0xe0, 0x9f, 0xbf], 1), ([0xf0, 0x80, 0x80, 0xaf], 1),
      ([0xf0, 0x8f, 0xbf, 0xbf], 1),
      // Surrogates; above U+10FFFF.
      ([0xed, 0xa0, 0x80], 1), ([0xed, 0xbf, 0xbf], 1), ([0xf4, 0x90, 0x80, 0x80], 1),
      // A character cut off by another.
      ([0xc3, 0x41], 1), ([0xe2, 0x82, 0x41], 2), ([0xf0, 0x9f, 0x98, 0x41], 3), ([0xe2, 0x82, 0xc3], 2),
      // The case of Autobahn 6.4.1: "κόσμε", then a byte too far, then "edited".
      (
        [0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xcf, 0x83, 0xce, 0xbc, 0xce, 0xb5, 0xf4, 0x90, 0x80, 0x80, 0x65, 0x64], 12
      ),
    ] as [([UInt8], Int)])
  func aWrongByteIsRefusedWhenItComes(bytes: [UInt8], place: Int) {
    #expect(refusal(of: bytes) == place)
    for cut in 0...bytes.count { #expect(!isValid(bytes, cutAt: cut)) }
  }

  @Test(arguments: [[0xc3], [0xe2, 0x82], [0xf0, 0x9f], [0xf0, 0x9f, 0x98], [0x41, 0xe2]] as [[UInt8]])
  func aCharacterCutOffIsNotComplete(bytes: [UInt8]) {
    #expect(refusal(of: bytes) == nil)
    #expect(!isValid(bytes))
  }

  /// Against the standard library: all pairs, alone and with one or two continuation bytes behind.
  @Test func everyPairIsJudgedAsByTheStandardLibrary() {
    var wrong: [[UInt8]] = []
    for rest in [[], [0x80], [0xbf, 0x80]] as [[UInt8]] {
      var bytes = [0, 0] + rest
      for first in UInt8.min...UInt8.max {
        bytes[0] = first
        for second in UInt8.min...UInt8.max {
          bytes[1] = second
          if isValid(bytes) != UTF8Judge.accepts(bytes) { wrong.append(bytes) }
        }
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func aHighBitIsFoundAtEveryPlaceOfALongText() {
    for place in 0..<100 {
      var bytes = [UInt8](repeating: 0x61, count: 100)
      bytes[place] = 0xff
      #expect(refusal(of: bytes) == place)
      #expect(!isValid(bytes))
    }
  }
}
