/// All series of one name.
struct MetricFamily: Sendable {
  enum Kind: String {
    case counter
    case gauge
    case histogram
  }

  let kind: Kind
  let help: String
  /// How many digits of a counter stand after the point when it is shown.
  let decimals: Int
  var series: [[MetricSample.Label]: MetricSeries] = [:]

  init(kind: Kind, help: String, decimals: Int = 0) {
    self.kind = kind
    self.help = help
    self.decimals = decimals
  }

  var sortedSeries: [MetricSeries] {
    series.values.sorted { $0.labelText < $1.labelText }
  }
}

/// One set of labels and what counts for it.
struct MetricSeries: Sendable {
  let labels: [MetricSample.Label]
  let instrument: MetricInstrument
  /// `a="1",b="2"`, rendered once: labels never change.
  let labelText: String

  init(labels: [MetricSample.Label], instrument: MetricInstrument) {
    self.labels = labels
    self.instrument = instrument
    labelText = labels.map { "\($0.name)=\"\(PrometheusText.escaped($0.value, quotes: true))\"" }.joined(separator: ",")
  }
}

/// What counts.
enum MetricInstrument: Sendable {
  case counter(Counter)
  case gauge(Gauge)
  case histogram(Histogram)

  var reading: MetricSample.Value {
    switch self {
    case .counter(let counter): .counter(counter.value)
    case .gauge(let gauge): .gauge(gauge.value)
    case .histogram(let histogram): .histogram(histogram.reading)
    }
  }
}
