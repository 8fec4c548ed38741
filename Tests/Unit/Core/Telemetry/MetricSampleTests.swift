import Telemetry
import Testing

@Suite struct MetricSampleTests {
  @Test func aSnapshotNamesEachSeriesWithItsLabelsAndReading() {
    let registry = MetricsRegistry()
    registry.gauge("clients", help: "h", labels: ["b": "2", "a": "1"]).set(7)
    registry.counter("frames_total", help: "h").increment()
    registry.histogram("wait_seconds", help: "h", bounds: HistogramBounds([5])).observe(9)
    let samples = registry.snapshot
    #expect(samples.map(\.name) == ["clients", "frames_total", MetricsRegistry.refusedName, "wait_seconds"])
    #expect(samples[0].labels.map(\.name) == ["a", "b"])
    #expect(samples[0].labels.map(\.value) == ["1", "2"])
    #expect(samples[0].value == .gauge(7))
    #expect(samples[1].value == .counter(1))
    guard case .histogram(let reading) = samples[3].value else {
      Issue.record("a histogram is read as one")
      return
    }
    #expect(reading.cumulative == [0, 1] && reading.sum == 9 && reading.count == 1)
  }
}
