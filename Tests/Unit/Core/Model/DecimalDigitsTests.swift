import Testing

@testable import Model

@Suite struct DecimalDigitsTests {
  @Test func aWordHasAsManyDigitsAsItsText() {
    var words: [UInt64] = [0, .max]
    var power: UInt64 = 1
    for _ in 0..<19 {
      power *= 10
      words += [power - 1, power, power + 1]
    }
    #expect(words.filter { DecimalDigits.count(of: $0) != String($0).utf8.count }.isEmpty)
  }

  private func put(_ word: UInt64, digits: Int) -> (text: String, rest: UInt64) {
    withUnsafeTemporaryAllocation(byteCount: 24, alignment: 1) { memory in
      guard let start = memory.baseAddress else { return ("", 0) }
      let rest = DecimalDigits.put(word, digits: digits, before: start + digits)
      return (String(decoding: memory[..<digits], as: UTF8.self), rest)
    }
  }

  @Test(arguments: [
    (0, 1, "0", 0), (0, 3, "000", 0), (7, 2, "07", 0), (1234, 2, "34", 12), (1234, 3, "234", 1), (1234, 0, "", 1234),
    (UInt64.max, 20, "18446744073709551615", 0),
  ])
  func theLastDigitsAreWrittenAndTheOthersGiven(word: UInt64, digits: Int, text: String, rest: UInt64) {
    let found = put(word, digits: digits)
    #expect(found.text == text && found.rest == rest)
  }

  @Test func everyPairIsTwoDigits() {
    #expect((0..<100).filter { put(UInt64($0), digits: 2).text != ($0 < 10 ? "0\($0)" : "\($0)") }.isEmpty)
  }

  @Test func eightDigitsComeAtOnceTheFirstLowest() {
    func text(_ number: UInt64) -> String {
      let bits = (DecimalDigits.eight(number) | DecimalDigits.zeros).littleEndian
      return withUnsafeBytes(of: bits) { String(decoding: $0, as: UTF8.self) }
    }
    var numbers = Array(stride(from: UInt64(0), to: 100_000_000, by: 9973))
    for number in UInt64(0)...9999 {
      numbers += [number, number * 10_000, number * 10_001, 99_999_999 - number]
    }
    var failures: [UInt64] = []
    for number in numbers {
      let digits = String(number)
      if text(number) != String(repeating: "0", count: 8 - digits.utf8.count) + digits { failures.append(number) }
    }
    #expect(failures.isEmpty)
  }
}
