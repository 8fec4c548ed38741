/// The same readings as `PrometheusText`, as JSON (RFC 8259):
/// `{"metrics":[{"name":..,"type":..,"help":..,"samples":[{"labels":{..},"value":..}]}]}`. A sample of a histogram has
/// `buckets`, `sum` and `count` in place of `value`; the last bucket's `le` is `null`, as JSON has no infinity.
struct MetricsJSON {
  private var output = #"{"metrics":["#
  private var isEmpty = true

  mutating func append(_ name: String, _ family: MetricFamily) {
    output += isEmpty ? "" : ","
    isEmpty = false
    output += #"{"name":\#(MetricsJSON.quoted(name)),"type":"\#(family.kind.rawValue)","#
    output += #""help":\#(MetricsJSON.quoted(family.help)),"samples":["#
    output += family.sortedSeries.map { MetricsJSON.sample($0, decimals: family.decimals) }.joined(separator: ",")
    output += "]}"
  }

  /// The whole document.
  var document: String { output + "]}" }

  private static func sample(_ series: MetricSeries, decimals: Int) -> String {
    let labels = series.labels.map { "\(quoted($0.name)):\(quoted($0.value))" }.joined(separator: ",")
    return #"{"labels":{\#(labels)},"# + value(series.instrument.reading, decimals: decimals) + "}"
  }

  private static func value(_ reading: MetricSample.Value, decimals: Int) -> String {
    switch reading {
    case .counter(let value) where decimals > 0:
      return #""value":"# + PrometheusText.decimalText(Int64(clamping: value), decimals: decimals)
    case .counter(let value): return #""value":\#(value)"#
    case .gauge(let value): return #""value":\#(value)"#
    case .histogram(let reading):
      let bounds = reading.bounds
      let limits = bounds.upper.map { PrometheusText.decimalText($0, decimals: bounds.decimals) } + ["null"]
      let buckets = zip(limits, reading.cumulative).map { #"{"le":\#($0),"count":\#($1)}"# }.joined(separator: ",")
      let sum = PrometheusText.decimalText(reading.sum, decimals: bounds.decimals)
      return #""buckets":[\#(buckets)],"sum":\#(sum),"count":\#(reading.count)"#
    }
  }

  /// A string of JSON (§7): quote, backslash and control characters are escaped.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
