/// All metrics of the process, by name and labels.
///
/// Asking twice for the same series gives the same object, so whoever counts needs no reference handed down. Register
/// once and keep the object: the lookup takes a lock, counting does not.
public final class MetricsRegistry: Sendable {
  /// Series beyond the limit that were given out but are not shown.
  public static let refusedName = "marketgate_metrics_refused_total"

  private let limit: Int
  private let refused: Counter
  private let families: RegistryLock<[String: MetricFamily]>

  /// An empty registry of at most `maxSeries` series: labels made of outside text must not fill the memory.
  public init(maxSeries: Int = 2048) {
    limit = maxSeries
    let refused = Counter()
    self.refused = refused
    var family = MetricFamily(kind: .counter, help: "Series not shown, as there are too many.")
    family.series[[]] = MetricSeries(labels: [], instrument: .counter(refused))
    families = RegistryLock([MetricsRegistry.refusedName: family])
  }

  /// The counter of a name and labels. The name ends in `_total`. `decimals` says how it is shown, as that of the first
  /// call: microseconds with 6 decimals are shown as seconds.
  public func counter(
    _ name: String, help: String, labels: KeyValuePairs<String, String> = [:], decimals: Int = 0
  ) -> Counter {
    precondition((0...9).contains(decimals), "0…9 decimals")
    let found = instrument(name, .counter, help, labels, decimals: decimals) { .counter(Counter()) }
    guard case .counter(let counter) = found else { preconditionFailure("\(name) is no counter") }
    return counter
  }

  /// The gauge of a name and labels.
  public func gauge(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
    let found = instrument(name, .gauge, help, labels) { .gauge(Gauge()) }
    guard case .gauge(let gauge) = found else { preconditionFailure("\(name) is no gauge") }
    return gauge
  }

  /// The histogram of a name and labels; the bounds are those of the first call.
  public func histogram(
    _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
    bounds: HistogramBounds = .durationMicroseconds
  ) -> Histogram {
    let found = instrument(name, .histogram, help, labels) { .histogram(Histogram(bounds)) }
    guard case .histogram(let histogram) = found else { preconditionFailure("\(name) is no histogram") }
    return histogram
  }

  /// Every series, ordered by name and labels.
  public var snapshot: [MetricSample] {
    sortedFamilies.flatMap { name, family in
      family.sortedSeries.map { MetricSample(name: name, labels: $0.labels, value: $0.instrument.reading) }
    }
  }

  /// The text a Prometheus server reads: exposition format 0.0.4
  /// (https://prometheus.io/docs/instrumenting/exposition_formats/).
  public var prometheusText: [UInt8] {
    var text = PrometheusText()
    for (name, family) in sortedFamilies { text.append(name, family) }
    return Array(text.output.utf8)
  }

  /// The same as JSON (RFC 8259), in the same order: `MetricsJSON` says in which form.
  public var jsonText: [UInt8] {
    var json = MetricsJSON()
    for (name, family) in sortedFamilies { json.append(name, family) }
    return Array(json.document.utf8)
  }

  private var sortedFamilies: [(key: String, value: MetricFamily)] {
    families.withLock { $0 }.sorted { $0.key < $1.key }
  }

  private func instrument(
    _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ labels: KeyValuePairs<String, String>,
    decimals: Int = 0, _ make: () -> MetricInstrument
  ) -> MetricInstrument {
    precondition(MetricName.isValid(name), "\(name) is no metric name")
    precondition(labels.allSatisfy { MetricName.isValidLabel($0.key) }, "\(name) has a label that is no label name")
    let sorted = labels.map { MetricSample.Label(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    return families.withLock { families in
      if let family = families[name] {
        precondition(family.kind == kind, "\(name) is registered as another kind")
        if let series = family.series[sorted] { return series.instrument }
      }
      let instrument = make()
      guard families.values.reduce(0, { $0 + $1.series.count }) < limit else {
        refused.increment()
        return instrument
      }
      families[name, default: MetricFamily(kind: kind, help: help, decimals: decimals)].series[sorted] =
        MetricSeries(labels: sorted, instrument: instrument)
      return instrument
    }
  }
}

/// Names of metrics and labels
/// (https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels).
enum MetricName {
  static func isValid(_ name: String) -> Bool {
    hasForm(name, others: [UInt8(ascii: "_"), UInt8(ascii: ":")])
  }

  /// `le` is the histogram's own, `__` is reserved.
  static func isValidLabel(_ name: String) -> Bool {
    hasForm(name, others: [UInt8(ascii: "_")]) && name != "le" && !name.hasPrefix("__")
  }

  private static func hasForm(_ name: String, others: [UInt8]) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      return isLetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || others.contains(byte)
    }
  }
}
