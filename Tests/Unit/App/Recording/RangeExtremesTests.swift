import Testing

@testable import App

@Suite struct RangeExtremesTests {
  @Test func everyRunOfALineHasTheExtremesThatASearchFinds() {
    let numbers: [Int64] = [5, -3, 9, 9, 0, 2, 7, -8, 4, 1, 6]
    let table = RangeExtremes(numbers)
    for first in numbers.indices {
      for end in first + 1...numbers.count {
        let (low, high) = table.extremes(of: first..<end)
        #expect(low == numbers[first..<end].min())
        #expect(high == numbers[first..<end].max())
      }
    }
  }

  @Test func oneNumberIsBothExtremes() {
    let (low, high) = RangeExtremes([7]).extremes(of: 0..<1)
    #expect(low == 7 && high == 7)
  }
}
