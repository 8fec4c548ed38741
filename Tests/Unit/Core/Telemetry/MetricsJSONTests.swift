import Testing

@testable import Telemetry

@Suite struct MetricsJSONTests {
  private func text(_ registry: MetricsRegistry) -> String { String(decoding: registry.jsonText, as: UTF8.self) }

  /// Every registry has this one first or last; what a test registers stands beside it.
  private static let refused =
    #"{"name":"marketgate_metrics_refused_total","type":"counter","help":"Series not shown, as there are too many.","samples":[{"labels":{},"value":0}]}"#

  @Test func eachKindHasItsForm() {
    let registry = MetricsRegistry()
    registry.counter("x_total", help: "h", labels: ["b": "2", "a": "1"]).increment(by: 3)
    _ = registry.counter("x_total", help: "h")
    registry.gauge("y", help: "g").set(-7)
    let histogram = registry.histogram("z", help: "", bounds: HistogramBounds([500, 1_500_000], decimals: 6))
    for value: Int64 in [100, 500, 700, 2_000_000] { histogram.observe(value) }
    let expected = [
      Self.refused,
      #"{"name":"x_total","type":"counter","help":"h","samples":[{"labels":{},"value":0},{"labels":{"a":"1","b":"2"},"value":3}]}"#,
      #"{"name":"y","type":"gauge","help":"g","samples":[{"labels":{},"value":-7}]}"#,
      #"{"name":"z","type":"histogram","help":"","samples":[{"labels":{},"buckets":[{"le":0.0005,"count":2},{"le":1.5,"count":3},{"le":null,"count":4}],"sum":2.0013,"count":4}]}"#,
    ]
    #expect(text(registry) == #"{"metrics":["# + expected.joined(separator: ",") + "]}")
  }

  @Test func aCounterIsShownWithItsDecimals() {
    let registry = MetricsRegistry()
    registry.counter("x_seconds_total", help: "h", decimals: 6).increment(by: 1_250_000)
    #expect(text(registry).hasSuffix(#""samples":[{"labels":{},"value":1.25}]}]}"#))
  }

  @Test(arguments: [
    ("plain", #""plain""#), ("\"\\", #""\"\\""#), ("a\nb\u{1}", #""a\u000ab\u0001""#), ("…<b>", #""…<b>""#),
    ("", #""""#),
  ])
  func noTextEndsItsString(text: String, quoted: String) {
    #expect(MetricsJSON.quoted(text) == quoted)
  }
}
