/// Prometheus' text exposition, format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct PrometheusText {
  private(set) var output = ""

  mutating func append(_ name: String, _ family: MetricFamily) {
    output += "# HELP \(name) \(PrometheusText.escaped(family.help, quotes: false))\n"
    output += "# TYPE \(name) \(family.kind.rawValue)\n"
    for series in family.sortedSeries {
      switch series.instrument.reading {
      case .counter(let value) where family.decimals > 0:
        let text = PrometheusText.decimalText(Int64(clamping: value), decimals: family.decimals)
        appendSample(name, series.labelText, text)
      case .counter(let value): appendSample(name, series.labelText, "\(value)")
      case .gauge(let value): appendSample(name, series.labelText, "\(value)")
      case .histogram(let reading): append(name, series.labelText, reading)
      }
    }
  }

  /// "The histogram must have a bucket with {le="+Inf"}. Its value must be identical to the value of x_count."
  private mutating func append(_ name: String, _ labels: String, _ reading: HistogramReading) {
    let decimals = reading.bounds.decimals
    let bounds = reading.bounds.upper.map { PrometheusText.decimalText($0, decimals: decimals) } + ["+Inf"]
    for (bound, count) in zip(bounds, reading.cumulative) {
      appendSample("\(name)_bucket", labels + (labels.isEmpty ? "" : ",") + "le=\"\(bound)\"", "\(count)")
    }
    appendSample("\(name)_sum", labels, PrometheusText.decimalText(reading.sum, decimals: decimals))
    appendSample("\(name)_count", labels, "\(reading.count)")
  }

  private mutating func appendSample(_ name: String, _ labels: String, _ value: String) {
    output += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
  }

  /// "label_value can be any sequence of UTF-8 characters, but the backslash, double-quote, and line feed characters
  /// have to be escaped"; in a HELP line the quote stands bare.
  static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// `units × 10^-decimals` without trailing zeros after the point.
  static func decimalText(_ units: Int64, decimals: Int) -> String {
    var digits = String(units.magnitude)
    if digits.utf8.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.utf8.count) + digits
    }
    var fraction = digits.suffix(decimals)
    let whole = digits.dropLast(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    return (units < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }
}
