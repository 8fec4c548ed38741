import Model
import Testing

@Suite struct TimestampTextTests {
  private func write(_ instants: [Int64]) -> [String] {
    var text = TimestampText()
    return withUnsafeTemporaryAllocation(byteCount: Timestamp.maxTextLength, alignment: 1) { memory in
      guard let start = memory.baseAddress else { return [] }
      return instants.map { microseconds in
        let count = text.write(Timestamp(microseconds: microseconds), at: start)
        return String(decoding: memory[..<count], as: UTF8.self)
      }
    }
  }

  @Test func instantsOfOneDayAndOfOthers() {
    #expect(
      write([
        1_709_164_740_000_000, 1_709_164_800_000_000, 1_709_164_800_000_001, 1_709_164_801_500_000,
        1_709_251_199_000_000, 1_709_251_200_000_000, 0, 253_402_300_799_000_000, 1_709_208_754_000_000,
      ]) == [
        "2024-02-28T23:59:00Z", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000001Z", "2024-02-29T00:00:01.500Z",
        "2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        "2024-02-29T12:12:34Z",
      ])
  }

  /// Every step of it as `Timestamp` writes it, which has its own tests.
  @Test(arguments: [1, 61, 3599, 86_399, 86_401, 2_592_001] as [Int64])
  func whateverTheStep(seconds: Int64) {
    let instants = (0..<2000).map { 1_700_000_000_000_000 + $0 * seconds * 1_000_000 }
    #expect(write(instants) == instants.map { Timestamp(microseconds: $0).description })
  }
}
