import Telemetry
import Testing

@Suite struct HistogramTests {
  private let bounds = HistogramBounds([10, 20, 50], decimals: 1)

  @Test func anObservationOnABoundBelongsToItsBucket() {
    let histogram = Histogram(bounds)
    for value: Int64 in [-1, 0, 10, 11, 20, 50, 51, 1_000_000] { histogram.observe(value) }
    #expect(histogram.reading.cumulative == [3, 5, 6, 8])
    #expect(histogram.reading.count == 8)
    #expect(histogram.reading.sum == 1_000_141)
  }

  @Test func anEmptyHistogramHoldsZeros() {
    #expect(Histogram(bounds).reading.cumulative == [0, 0, 0, 0])
    #expect(Histogram(bounds).reading.sum == 0)
  }

  @Test func nothingIsLostBetweenTasks() async {
    let histogram = Histogram(bounds)
    await withTaskGroup { group in
      for index in 0..<8 {
        group.addTask { for _ in 0..<500 { histogram.observe(Int64(index) * 10) } }
      }
    }
    #expect(histogram.reading.cumulative == [1000, 1500, 3000, 4000])
    #expect(histogram.reading.sum == 140_000)
  }

  @Test func durationsReachFromTenthsOfAMillisecondToHalfAMinute() {
    let bounds = HistogramBounds.durationMicroseconds
    #expect(bounds.upper.first == 100 && bounds.upper.last == 30_000_000 && bounds.decimals == 6)
    #expect(bounds.upper.count <= HistogramBounds.maxCount)
  }

  @Test func boundsThatDoNotAscendAreAMistakeInTheCode() async {
    await #expect(processExitsWith: .failure) { _ = HistogramBounds([1, 1]) }
    await #expect(processExitsWith: .failure) { _ = HistogramBounds([]) }
    await #expect(processExitsWith: .failure) { _ = HistogramBounds([1], decimals: 10) }
    await #expect(processExitsWith: .failure) { _ = HistogramBounds((0...32).map { Int64($0) }) }
  }
}
