/// The least and the greatest of any run of numbers, in constant time (a sparse table: level k holds the extremes of
/// the runs of 2^k).
struct RangeExtremes: Sendable {
  private var lows: [[Int64]]
  private var highs: [[Int64]]

  init(_ numbers: [Int64]) {
    lows = [numbers]
    highs = [numbers]
    var width = 1
    while 2 * width <= numbers.count {
      let (low, high) = (lows[lows.count - 1], highs[highs.count - 1])
      let count = numbers.count - 2 * width + 1
      lows.append((0..<count).map { min(low[$0], low[$0 + width]) })
      highs.append((0..<count).map { max(high[$0], high[$0 + width]) })
      width *= 2
    }
  }

  /// The extremes of a run that is not empty.
  func extremes(of run: Range<Int>) -> (low: Int64, high: Int64) {
    let level = Int.bitWidth - 1 - run.count.leadingZeroBitCount
    let second = run.upperBound - 1 << level
    return (
      min(lows[level][run.lowerBound], lows[level][second]), max(highs[level][run.lowerBound], highs[level][second])
    )
  }
}
