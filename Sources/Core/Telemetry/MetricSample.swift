/// One series of a registry as it stood when it was read.
public struct MetricSample: Sendable, Equatable {
  /// A reading, by the kind of the metric.
  public enum Value: Sendable, Equatable {
    /// Of a counter.
    case counter(UInt64)
    /// Of a gauge.
    case gauge(Int64)
    /// Of a histogram.
    case histogram(HistogramReading)
  }

  /// A name and its value; order says nothing.
  public struct Label: Sendable, Hashable {
    /// The label's name.
    public let name: String
    /// The label's value, not escaped.
    public let value: String
  }

  /// The metric's name.
  public let name: String
  /// Ordered by name.
  public let labels: [Label]
  /// What was read.
  public let value: Value
}
