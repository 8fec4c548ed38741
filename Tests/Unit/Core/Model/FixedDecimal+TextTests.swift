import Glibc
import Model
import Testing

@Suite struct FixedDecimalTextTests {
  @Test func everyTextReadsAsPythonReadsIt() throws {
    let cases = try PythonCases.decimals("read")
    #expect(cases.count > 600)
    for fields in cases {
      #expect(FixedDecimal(fields[0])?.description ?? "nil" == fields[1], "\(fields[0])")
    }
  }

  @Test(arguments: [
    "0", "7", "10", "0.1", "101621.70", "0.00010000", "-0.0025", "18446744073709551615", "18446744073709551616",
    "9999999999999999999", "0.99999999999999999999", "1000000000000000000.000000000000000000",
    "99999999999999999999999999999999999999", "-0.00000000000000000000000000000000000001",
    "0.00000000000000000000000000000000000000", "170141183460469231731687303715884105727",
  ])
  func plainDigitsPrintAsTheyWereRead(text: String) {
    #expect(FixedDecimal(text)?.description == text)
    #expect(text.utf8.count <= FixedDecimal.maxTextLength)
  }

  @Test(arguments: [
    ("1e-7", "0.0000001"), ("1E5", "100000"), ("1.50e2", "150"), ("1.50e1", "15.0"), ("1.50e0", "1.50"),
    ("1.5e+3", "1500"), ("12e-2", "0.12"), ("-1e-38", "-0.00000000000000000000000000000000000001"),
    ("100e-40", "0.00000000000000000000000000000000000001"), ("0e99999999999", "0"), ("0.00e1", "0.0"),
    ("0.001e40", "10000000000000000000000000000000000000"),
  ])
  func anExponentIsPrintedPlainWithEqualValue(text: String, printed: String) {
    #expect(FixedDecimal(text)?.description == printed)
  }

  @Test(arguments: [("+1.50", "1.50"), (".5", "0.5"), ("-.5", "-0.5"), ("5.", "5"), ("007.10", "7.10"), ("+.5e1", "5")])
  func formsOutsideJSONThatExchangesSendAreRead(text: String, printed: String) {
    #expect(FixedDecimal(text)?.description == printed)
  }

  @Test(arguments: ["-0", "-0.00", "-.0", "-0e5", "+0", "-0.00000000000000000000"])
  func theSignOfAZeroIsDropped(text: String) throws {
    let number = try #require(FixedDecimal(text))
    #expect(!number.description.contains("-"))
    #expect(number == .zero && number.mantissa == 0)
  }

  @Test func aZeroKeepsItsDigitsAfterThePoint() {
    #expect(FixedDecimal("-0.00")?.description == "0.00")
    #expect(FixedDecimal("0.0000")?.description == "0.0000")
  }

  @Test(arguments: [
    "", ".", "-", "+", "-.", "e5", ".e5", "1e", "1e+", "1e-", "1e5.0", "1e5e5", "1.2.3", "1..2", "..1", "--1", "+-1",
    "1-", "1 ", " 1", "1,5", "1_000", "0x10", "NaN", "nan", "Infinity", "-inf", "null", "1a", "a1", "१", "1\u{0}", "1f",
    "12345678901234567890x", "1234567890123456789012.5.5", "\u{FF11}", "1e1000000000000000000000", "9e38", "1e39",
    "1e-39",
  ])
  func whatIsNoNumberOrDoesNotFitIsRefused(text: String) {
    #expect(FixedDecimal(text) == nil)
  }

  @Test func everyByteIsTakenOrRefusedWithoutATrap() {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        let number = [first, second].withUnsafeBytes { FixedDecimal(utf8: $0) }
        let (isDigit, isSecondDigit) = (digits.contains(first), digits.contains(second))
        let isNumber =
          isSecondDigit ? isDigit || "+-.".utf8.contains(first) : isDigit && second == UInt8(ascii: ".")
        if (number != nil) != isNumber { Issue.record("\(first) \(second)") }
      }
    }
  }

  @Test func anEmptyBufferIsNoNumber() {
    #expect(FixedDecimal(utf8: UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
  }

  @Test func textIsAppendedToWhatIsThere() throws {
    var bytes = Array("x=".utf8)
    try #require(FixedDecimal("-1.50")).append(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "x=-1.50")
  }

  @Test func theLongestNumberFitsTheNamedLength() throws {
    let longest = try #require(FixedDecimal(mantissa: -.max, scale: 38))
    #expect(longest.description.utf8.count == FixedDecimal.maxTextLength)
  }

  @Test func ofAnEmptyTextNoByteIsRead() throws {
    // A page that may not be touched: one byte read of it ends the process.
    let size = 4096
    let page = try #require(mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    try #require(page != MAP_FAILED)
    #expect(FixedDecimal(utf8: UnsafeRawBufferPointer(start: page, count: 0)) == nil)
    munmap(page, size)
  }

  /// Digits that a word or two hold at once, with the point in every place: the text is the digits with the point put in.
  @Test func everyLengthPrintsItsDigitsWhereverThePointIs() {
    var failures: [String] = []
    for digits in ["9071823645509182736", "1000000000000000000", "9999999999999999999", "1000000010000000100"] {
      for count in 1...digits.count {
        for scale in 0...20 {
          let whole = String(digits.prefix(count))
          let padded = String(repeating: "0", count: max(0, scale + 1 - count)) + whole
          let text = scale == 0 ? padded : "\(padded.dropLast(scale)).\(padded.suffix(scale))"
          guard let mantissa = Int128(whole) else { continue }
          for (sign, value) in [("", mantissa), ("-", -mantissa)] {
            let number = FixedDecimal(mantissa: value, scale: UInt8(scale))
            if number?.description != sign + text { failures.append(sign + text) }
          }
        }
      }
    }
    #expect(failures.isEmpty)
  }
}
