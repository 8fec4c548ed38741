/// A secret that prints as `[redacted]`, wherever it is logged, interpolated or dumped.
public struct Redacted<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The secret itself, for the one place that sends it.
  public let exposed: Value

  /// Wraps a secret.
  public init(_ value: Value) {
    exposed = value
  }

  /// `[redacted]`
  public var description: String { "[redacted]" }

  /// `[redacted]`
  public var debugDescription: String { description }

  /// Shows no children, so that `dump` and failure messages stay silent too.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Redacted: Equatable where Value: Equatable {}
