import Testing

@testable import Telemetry

@Suite struct MetricsRegistryTests {
  @Test func theSameNameAndLabelsGiveTheSameObjectInAnyOrderOfLabels() {
    let registry = MetricsRegistry()
    let first = registry.counter("frames_total", help: "h", labels: ["a": "1", "b": "2"])
    #expect(registry.counter("frames_total", help: "other", labels: ["b": "2", "a": "1"]) === first)
    #expect(registry.counter("frames_total", help: "h", labels: ["a": "1"]) !== first)
    #expect(registry.gauge("open", help: "h") === registry.gauge("open", help: "h"))
    let histogram = registry.histogram("wait_seconds", help: "h", bounds: HistogramBounds([1]))
    #expect(registry.histogram("wait_seconds", help: "h", bounds: HistogramBounds([2])) === histogram)
  }

  @Test func seriesPastTheLimitWorkUnseenAndAreCounted() {
    let registry = MetricsRegistry(maxSeries: 3)
    for index in 0..<5 { registry.counter("frames_total", help: "h", labels: ["i": "\(index)"]).increment() }
    #expect(registry.snapshot.count == 3)
    #expect(registry.snapshot.last?.value == .counter(3))
    #expect(registry.snapshot.last?.name == MetricsRegistry.refusedName)
    registry.counter("frames_total", help: "h", labels: ["i": "0"]).increment()
    #expect(registry.snapshot.first?.value == .counter(2))
  }

  @Test func tasksThatRegisterTheSameSeriesCountTogether() async {
    let registry = MetricsRegistry()
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<100 { registry.counter("n_total", help: "h").increment() } }
      }
    }
    #expect(registry.counter("n_total", help: "h").value == 800)
  }

  @Test func theTextIsOrderedByName() {
    let registry = MetricsRegistry()
    registry.gauge("z", help: "last").set(1)
    registry.gauge("a", help: "first").set(2)
    let text = String(decoding: registry.prometheusText, as: UTF8.self)
    let refused = "# HELP \(MetricsRegistry.refusedName) Series not shown, as there are too many.\n"
    #expect(text.hasPrefix("# HELP a first\n# TYPE a gauge\na 2\n" + refused))
    #expect(text.hasSuffix("# HELP z last\n# TYPE z gauge\nz 1\n"))
  }

  @Test func mistakesInTheCodeStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let registry = MetricsRegistry()
      _ = registry.counter("n_total", help: "h")
      _ = registry.gauge("n_total", help: "h")
    }
    await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("with space", help: "h") }
    await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("g", help: "h", labels: ["le": "1"]) }
  }

  @Test(arguments: [
    ("frames_total", true), ("a:b", true), ("_x9", true), ("", false), ("9a", false), ("a-b", false), ("ä", false),
    ("a b", false),
  ])
  func metricNamesFollowTheDataModel(name: String, isValid: Bool) {
    #expect(MetricName.isValid(name) == isValid)
  }

  @Test(arguments: [("exchange", true), ("a:b", false), ("le", false), ("__name__", false), ("_a", true), ("1", false)])
  func labelNamesFollowTheDataModel(name: String, isValid: Bool) {
    #expect(MetricName.isValidLabel(name) == isValid)
  }
}
