import Testing

@testable import Model

@Suite struct FixedDecimalTests {
  @Test func aNumberIsThreeWords() {
    #expect(MemoryLayout<FixedDecimal>.size == 24)
    #expect(MemoryLayout<FixedDecimal>.stride == 24)
  }

  @Test func mantissaAndScaleMakeTheValue() {
    #expect(FixedDecimal(mantissa: -25, scale: 4)?.description == "-0.0025")
    #expect(FixedDecimal(mantissa: 0, scale: 0)?.description == "0")
    #expect(FixedDecimal(mantissa: .max, scale: 38)?.description == "1.70141183460469231731687303715884105727")
    #expect(FixedDecimal(mantissa: 1, scale: 39) == nil)
    #expect(FixedDecimal(mantissa: .min, scale: 0) == nil)
    #expect(FixedDecimal(mantissa: -.max, scale: 0)?.description == "-170141183460469231731687303715884105727")
  }

  @Test(arguments: [(0, "0"), (-7, "-7"), (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808")])
  func aWholeNumberHasNoPoint(integer: Int, text: String) {
    #expect(FixedDecimal(integer).description == text)
  }

  @Test func powersOfTenAreExact() {
    for exponent in 0...38 {
      let expected = "1" + String(repeating: "0", count: exponent)
      #expect(FixedDecimal.powerOfTen(UInt8(exponent)).description == expected)
    }
  }

  @Test func onlyZerosThatMustGoAreDroppedToHoldANumber() {
    func text(_ magnitude: UInt128, _ scale: Int) -> String? {
      FixedDecimal(isNegative: true, magnitude: magnitude, anyScale: scale)?.description
    }
    #expect(text(1000, 2) == "-10.00")
    #expect(text(1000, 40) == "-0." + String(repeating: "0", count: 36) + "10")
    #expect(text(1, 39) == nil)
    #expect(text(5, -3) == "-5000")
    #expect(text(1, -38) == "-1" + String(repeating: "0", count: 38))
    #expect(text(2, -38) == nil)
    #expect(text(1, -39) == nil)
    #expect(text(0, -5) == "0")
    #expect(text(0, 41)?.utf8.count == 40)
    #expect(text(UInt128(Int128.max) + 3, 1) == "-17014118346046923173168730371588410573")
    #expect(text(UInt128(Int128.max) + 1, 1) == nil)
    #expect(text(UInt128(Int128.max) + 3, 0) == nil)
    #expect(text(.max, -1) == nil)
  }
}
