import Testing

@testable import Wire

@Suite struct ByteWordTests {
  private func word(_ bytes: [UInt8]) -> ByteWord {
    bytes.withUnsafeBytes { ByteWord($0.loadUnaligned(as: UInt64.self)) }
  }

  @Test func theFirstByteOfAValueIsFoundAtEveryPlace() {
    var failures: [Int] = []
    for place in 0...8 {
      var bytes = [UInt8](repeating: 0x21, count: 8)
      for index in place..<8 { bytes[index] = 0x22 }
      if word(bytes).first(0x22) != place { failures.append(place) }
    }
    #expect(failures.isEmpty)
  }

  /// Every byte behind some digits ends them unless it is one.
  @Test func digitsEndAtEveryOtherByte() {
    var failures: [UInt8] = []
    for byte in UInt8.min...UInt8.max {
      for place in 0..<8 {
        var bytes = [UInt8](repeating: UInt8(ascii: "9"), count: 8)
        bytes[place] = byte
        let end = word(bytes).digits.others.trailingZeroBitCount / 8
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        if end != (isDigit ? 8 : place) { failures.append(byte) }
      }
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: ["00000000", "12345678", "99999999", "10000000", "00000001"])
  func eightDigitsAreTheirNumber(text: String) {
    #expect(word(Array(text.utf8)).digits.number == UInt64(text))
  }

  @Test func specialBytesAreMarkedAsTheReaderOfTextSeesThem() {
    var failures: [UInt8] = []
    for byte in UInt8.min...UInt8.max {
      let marks = word([0x41, 0x42, byte, 0x43, 0x44, 0x45, 0x46, 0x47]).specials
      let isSpecial = byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5c
      if (marks == 0 ? 8 : marks.trailingZeroBitCount / 8) != (isSpecial ? 2 : 8) { failures.append(byte) }
    }
    #expect(failures.isEmpty)
  }
}
