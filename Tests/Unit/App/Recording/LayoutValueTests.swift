import Testing

@testable import App

@Suite struct LayoutValueTests {
  private func text(_ value: LayoutValue, places: UInt8? = nil) -> String {
    var bytes: [UInt8] = []
    value.append(to: &bytes, places: places)
    return bytes.recordedText
  }

  @Test func aDecimalKeepsItsPlaces() {
    #expect(text(.decimal(6_180_030, scale: 2)) == "61800.30")
    #expect(text(.decimal(0, scale: 3)) == "0.000")
    #expect(text(.decimal(-5, scale: 2)) == "-0.05")
    #expect(text(.decimal(297, scale: 0)) == "297")
  }

  // The expected texts are those of Python's `Decimal.quantize(…, ROUND_HALF_EVEN)`.
  @Test func roundingIsHalfToEven() {
    #expect(text(.decimal(12_345, scale: 3), places: 2) == "12.34")
    #expect(text(.decimal(12_355, scale: 3), places: 2) == "12.36")
    #expect(text(.decimal(-12_345, scale: 3), places: 2) == "-12.34")
    #expect(text(.decimal(-12_346, scale: 3), places: 2) == "-12.35")
    #expect(text(.decimal(12, scale: 0), places: 3) == "12.000")
  }

  @Test func aQuotientIsRoundedOnce() {
    #expect(text(.quotient(200, 3), places: 3) == "66.667")
    #expect(text(.quotient(-200, 3), places: 3) == "-66.667")
    #expect(text(.quotient(1, 8), places: 2) == "0.12")
    #expect(text(.quotient(7, 2)) == "4")
  }

  @Test func aQuotientOfNothingIsZero() {
    #expect(text(.quotient(0, 0), places: 2) == "0.00")
  }

  @Test func flagsAndOnesAreTrue() {
    #expect(LayoutValue.flag(true).isTrue)
    #expect(LayoutValue.text("1").isTrue)
    #expect(LayoutValue.integer(1).isTrue)
    #expect(!LayoutValue.text("0").isTrue)
    #expect(!LayoutValue.bytes([0x31]).isTrue)
    #expect(text(.flag(true)) + text(.flag(false)) == "10")
  }
}
