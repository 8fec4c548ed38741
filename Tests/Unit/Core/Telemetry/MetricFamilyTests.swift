import Testing

@testable import Telemetry

@Suite struct MetricFamilyTests {
  @Test func labelTextIsRenderedOnceWithItsEscapes() {
    let labels = [MetricSample.Label(name: "a", value: "x\"y"), MetricSample.Label(name: "b", value: "\\\n")]
    let series = MetricSeries(labels: labels, instrument: .counter(Counter()))
    #expect(series.labelText == #"a="x\"y",b="\\\n""#)
    #expect(MetricSeries(labels: [], instrument: .counter(Counter())).labelText.isEmpty)
  }

  @Test func seriesAreOrderedByTheirLabels() {
    var family = MetricFamily(kind: .gauge, help: "h")
    for value in ["c", "a", "b"] {
      let labels = [MetricSample.Label(name: "k", value: value)]
      family.series[labels] = MetricSeries(labels: labels, instrument: .gauge(Gauge()))
    }
    #expect(family.sortedSeries.map(\.labelText) == [#"k="a""#, #"k="b""#, #"k="c""#])
  }

  @Test func aReadingIsOfTheInstrumentsKind() {
    let (counter, gauge, histogram) = (Counter(), Gauge(), Histogram(HistogramBounds([1])))
    counter.increment(by: 2)
    gauge.set(-3)
    histogram.observe(4)
    #expect(MetricInstrument.counter(counter).reading == .counter(2))
    #expect(MetricInstrument.gauge(gauge).reading == .gauge(-3))
    #expect(MetricInstrument.histogram(histogram).reading == .histogram(histogram.reading))
  }
}
