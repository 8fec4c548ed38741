import Testing
import Wire

/// The scan for the end of plain text, which goes eight bytes at a time: seen through strings of every length around
/// eight and sixteen, with every byte at every place.
@Suite struct PlainRunTests {
  private func string(_ content: [UInt8], tail: [UInt8]) -> [UInt8] {
    [UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")] + tail
  }

  @Test func plainTextIsTakenAtEveryLengthAndDistanceFromTheEnd() {
    for length in 0...40 {
      for spaces in 0...9 {
        let document = string(
          Array(repeating: UInt8(ascii: "x"), count: length), tail: Array(repeating: 0x20, count: spaces))
        #expect(JSONVerdict.bySkipping(document) == nil)
      }
    }
  }

  @Test func everyByteIsSeenForWhatItIsAtEveryPlace() {
    for length in [1, 7, 8, 9, 17] {
      for index in 0..<length {
        for byte in UInt8.min...UInt8.max {
          var content = Array(repeating: UInt8(ascii: "!"), count: length)
          content[index] = byte
          // A quote ends the string early, a backslash and a lone byte above 0x7F are errors here.
          let isPlain = byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
          #expect((JSONVerdict.bySkipping(string(content, tail: Array("        ".utf8))) == nil) == isPlain)
        }
      }
    }
  }

  @Test func aByteJustAboveASpecialOneDoesNotHideIt() {
    // 0x20, 0x23 and 0x5D differ from a special byte by a borrow, which could travel to the byte above.
    for neighbour: UInt8 in [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f] {
      for index in 0..<8 {
        var content = Array(repeating: neighbour, count: 16)
        #expect(JSONVerdict.bySkipping(string(content, tail: [])) == nil)
        content[index] = 0x1f
        #expect(JSONVerdict.bySkipping(string(content, tail: []))?.offset == index + 1)
      }
    }
  }

  @Test func aStringWithoutEndIsAnErrorAtEveryLength() {
    for length in 0...40 {
      let document = [UInt8(ascii: "\"")] + Array(repeating: UInt8(ascii: "x"), count: length)
      #expect(JSONVerdict.bySkipping(document) == JSONError(offset: length + 1, reason: "the string has no end"))
    }
  }
}
