import Support
import Testing

@testable import Wire

@Suite struct ShortDecimalTests {
  private let scratch = LayoutScratch()

  /// What is read of a text with other bytes behind it; `nil` when it is for the general reader.
  private func read(_ text: String, before rest: String = "\",\"q\":\"12345.678901234\"}") -> ShortDecimal? {
    Array((text + rest).utf8).withUnsafeBytes { bytes in
      bytes.baseAddress.flatMap { ShortDecimal(at: $0, scratch.powersOfTen) }
    }
  }

  @Test func everyLengthOnBothSidesOfThePointKeepsItsDigits() {
    var failures: [String] = []
    for whole in 1...7 {
      for fraction in 0...8 {
        let (left, right) = (String("9071823".prefix(whole)), String("08192736".prefix(fraction)))
        let text = fraction == 0 ? left : "\(left).\(right)"
        let number = read(text)
        if number?.mantissa != Int64(left + right) || number?.scale != fraction || number?.count != text.utf8.count {
          failures.append(text)
        }
      }
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: [
    ("0", 0, 0), ("0.00", 0, 2), ("007", 7, 0), ("5.", 5, 0), ("0.00000001", 1, 8), ("1.50", 150, 2),
    ("9999999", 9_999_999, 0),
  ])
  func zerosAreDigitsToo(text: String, mantissa: Int64, scale: Int) {
    let number = read(text)
    #expect(number?.mantissa == mantissa && number?.scale == scale && number?.count == text.utf8.count)
  }

  @Test(arguments: [
    "", "-1", "+1", ".5", ".", "NaN", "12345678", "12345678.5", "0.000000001", "0.123456789", "e5", "é",
  ])
  func whatIsLongOrOfAnotherFormIsLeft(text: String) {
    #expect(read(text) == nil)
  }

  /// The run behind the number refuses what is wrong there.
  @Test(arguments: [("1e5", 1), ("1.5e5", 3), ("1.2.3", 3), ("1 ", 1), ("1.5x", 3), ("5\u{ff}", 1)])
  func theNumberEndsBeforeTheFirstByteThatIsNoDigit(text: String, count: Int) {
    #expect(read(text)?.count == count)
  }

  @Test func nothingOfWhatFollowsCounts() {
    var failures: [UInt8] = []
    for byte in UInt8.min...UInt8.max where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) && byte != 0x2e {
      let bytes = Array("12.75".utf8) + Array(repeating: byte, count: 24)
      let number = bytes.withUnsafeBytes { $0.baseAddress.flatMap { ShortDecimal(at: $0, scratch.powersOfTen) } }
      if number?.mantissa != 1275 || number?.count != 5 { failures.append(byte) }
    }
    #expect(failures.isEmpty)
  }

  private func readLong(_ text: String, before rest: String = "\",\"q\":\"12345.678901234\"}") -> ShortDecimal? {
    Array((text + rest).utf8).withUnsafeBytes { bytes in
      bytes.baseAddress.flatMap { ShortDecimal(longAt: $0, scratch.powersOfTen) }
    }
  }

  @Test func everyLongLengthKeepsItsDigitsOrIsLeft() {
    var failures: [String] = []
    for whole in 1...18 {
      for fraction in 0...10 {
        let (left, right) = (String("907182364550918273".prefix(whole)), String("0819273645".prefix(fraction)))
        let text = fraction == 0 ? left : "\(left).\(right)"
        let isHeld = (8...15).contains(whole) && fraction <= 7 && whole + fraction <= 18
        let number = readLong(text)
        let isRight =
          number?.mantissa == Int64(left + right) && number?.scale == fraction && number?.count == text.utf8.count
        if isHeld ? !isRight : number != nil { failures.append(text) }
      }
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: ["", "-12345678", "12345678.", "12345678.x", "1234567x", "é2345678"])
  func whatIsNoLongNumberIsLeft(text: String) {
    #expect(readLong(text) == nil)
  }

  @Test(arguments: [("12345678e5", 8), ("123456789.5e5", 11), ("12345678.2.3", 10), ("12345678 ", 8)])
  func aLongNumberEndsBeforeTheFirstByteThatIsNoDigit(text: String, count: Int) {
    #expect(readLong(text)?.count == count)
  }
}
