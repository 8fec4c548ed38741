import Testing
import Wire

/// Well-formed UTF-8 (RFC 3629 §4), seen through strings; the judge is the standard library.
@Suite struct UTF8CharacterTests {
  private func isTaken(_ content: [UInt8]) -> Bool {
    JSONVerdict.bySkipping([UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")]) == nil
  }

  private func isValid(_ content: [UInt8]) -> Bool {
    UTF8Judge.accepts(content)
  }

  @Test func everyPairOfBytesIsJudgedAsTheStandardLibraryDoes() {
    var wrong: [[UInt8]] = []
    for first in UInt8(0x80)...0xff {
      for second in UInt8(0x80)...0xff where isTaken([first, second]) != isValid([first, second]) {
        wrong.append([first, second])
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func everyBorderOfThreeAndFourBytesIsJudgedAsTheStandardLibraryDoes() {
    let borders: [UInt8] = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]
    var wrong: [[UInt8]] = []
    func judge(_ content: [UInt8]) {
      if isTaken(content) != isValid(content) { wrong.append(content) }
    }
    for first in UInt8(0xe0)...0xf8 {
      for second in borders {
        for third in borders {
          judge([first, second, third])
          for fourth in borders { judge([first, second, third, fourth]) }
        }
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func aCharacterCutOffByTheEndIsRefused() {
    for character in ["é", "€", "😀"] {
      let bytes = Array(character.utf8)
      for length in 1..<bytes.count {
        #expect(!isTaken(Array(bytes.prefix(length))))
        #expect(JSONVerdict.bySkipping([UInt8(ascii: "\"")] + bytes.prefix(length))?.offset == 1)
      }
      #expect(isTaken(bytes))
      #expect(isTaken(bytes + bytes + Array("abcdefgh".utf8) + bytes))
    }
  }
}
