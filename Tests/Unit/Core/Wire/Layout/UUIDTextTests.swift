import Testing
import Wire

@Suite struct UUIDTextTests {
  private func number(_ text: String) -> UInt128? { Array(text.utf8).withUnsafeBytes { UUIDText.number($0) } }

  @Test(arguments: [
    ("20f43950-d8dd-5b31-9112-a178eb6023af", "20f43950d8dd5b319112a178eb6023af"),
    ("00000000-0000-0000-0000-000000000000", "0"),
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffffffffffffffffffffffffffff"),
    ("01234567-89ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef"),
  ])
  func theUsualFormIsReadAndWrittenTheSame(text: String, digits: String) {
    let expected = UInt128(digits, radix: 16)
    #expect(number(text) == expected)
    #expect(expected.map { UUIDText.text($0) } == text)
  }

  /// One text, one number: so the text can be had again.
  @Test func everyOtherByteAtEveryPlaceIsRefused() {
    let form = Array("20f43950-d8dd-5b31-9112-a178eb6023af".utf8)
    var failures: [String] = []
    for place in form.indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = form
        bytes[place] = byte
        let isHyphen = form[place] == UInt8(ascii: "-")
        let isDigit = Array("0123456789abcdef".utf8).contains(byte)
        let isRead = bytes.withUnsafeBytes { UUIDText.number($0) } != nil
        if isRead != (isHyphen ? byte == form[place] : isDigit) { failures.append("\(place): \(byte)") }
      }
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: ["", "20f43950d8dd5b319112a178eb6023af", "20f43950-d8dd-5b31-9112-a178eb6023af0", "1"])
  func anotherLengthIsRefused(text: String) {
    #expect(number(text) == nil)
  }
}
