/// Why some bytes are not the JSON that was expected, and where.
public struct JSONError: Error, Sendable, Equatable {
  /// The byte at which reading stopped, counted from 0.
  public let offset: Int
  /// What was expected there, in a few words.
  public let reason: String

  /// An error at a byte.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }
}

/// The kinds of value there are (RFC 8259 §3).
public enum JSONKind: Sendable, Equatable {
  /// `{…}`
  case object
  /// `[…]`
  case array
  /// `"…"`
  case string
  /// `-1.5e3`
  case number
  /// `true` or `false`
  case bool
  /// `null`
  case null
}
