import Testing

@testable import Telemetry

@Suite struct PrometheusTextTests {
  private func text(_ kind: MetricFamily.Kind, help: String, _ series: [([MetricSample.Label], MetricInstrument)])
    -> String
  {
    var family = MetricFamily(kind: kind, help: help)
    for (labels, instrument) in series {
      family.series[labels] = MetricSeries(labels: labels, instrument: instrument)
    }
    var text = PrometheusText()
    text.append("x", family)
    return text.output
  }

  @Test func aFamilyHasOneHelpAndOneTypeLine() {
    let counter = Counter()
    counter.increment(by: 3)
    let labels = [MetricSample.Label(name: "a", value: "1")]
    let output = text(.counter, help: "what", [([], .counter(counter)), (labels, .counter(Counter()))])
    #expect(output == "# HELP x what\n# TYPE x counter\nx 3\nx{a=\"1\"} 0\n")
  }

  @Test func bucketsAreCumulativeAndEndWithInfinity() {
    let histogram = Histogram(HistogramBounds([500, 1_500_000], decimals: 6))
    for value: Int64 in [100, 500, 700, 2_000_000] { histogram.observe(value) }
    let labels = [MetricSample.Label(name: "a", value: "1")]
    let expected = """
      # HELP x h
      # TYPE x histogram
      x_bucket{a="1",le="0.0005"} 2
      x_bucket{a="1",le="1.5"} 3
      x_bucket{a="1",le="+Inf"} 4
      x_sum{a="1"} 2.0013
      x_count{a="1"} 4

      """
    #expect(text(.histogram, help: "h", [(labels, .histogram(histogram))]) == expected)
    #expect(
      text(.histogram, help: "h", [([], .histogram(histogram))]).contains("x_bucket{le=\"+Inf\"} 4\nx_sum 2.0013\n"))
  }

  @Test func aCounterIsShownWithItsDecimals() {
    let registry = MetricsRegistry()
    registry.counter("x_seconds_total", help: "h", decimals: 6).increment(by: 1_250_000)
    #expect(String(decoding: registry.prometheusText, as: UTF8.self).hasSuffix("\nx_seconds_total 1.25\n"))
  }

  @Test func labelValuesAndHelpCannotBreakTheirLine() {
    let labels = [MetricSample.Label(name: "a", value: "\"} 1\n\\")]
    let output = text(.gauge, help: "a \"b\"\n\\c", [(labels, .gauge(Gauge()))])
    #expect(output == "# HELP x a \"b\"\\n\\\\c\n# TYPE x gauge\nx{a=\"\\\"} 1\\n\\\\\"} 0\n")
  }

  @Test(arguments: [
    (0, 6, "0"), (1, 6, "0.000001"), (100, 6, "0.0001"), (1_000_000, 6, "1"), (1_500_000, 6, "1.5"), (-25, 1, "-2.5"),
    (42, 0, "42"), (-7, 3, "-0.007"), (120, 0, "120"), (Int64.min, 2, "-92233720368547758.08"),
  ])
  func unitsAreShownExactly(units: Int64, decimals: Int, expected: String) {
    #expect(PrometheusText.decimalText(units, decimals: decimals) == expected)
  }
}
