/// How much a line matters.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable, CustomStringConvertible {
  /// Of use to whoever hunts a fault.
  case debug
  /// What an operator wants to see in order.
  case info
  /// Something failed and was dealt with.
  case warning
  /// Something failed and somebody must act.
  case error

  /// The level a setting names, in any case; `nil` for another word.
  public init?(_ text: String) {
    let name = text.uppercased()
    guard let level = LogLevel.allCases.first(where: { $0.description == name }) else { return nil }
    self = level
  }

  /// `DEBUG`, `INFO`, `WARNING`, `ERROR`.
  public var description: String {
    switch self {
    case .debug: "DEBUG"
    case .info: "INFO"
    case .warning: "WARNING"
    case .error: "ERROR"
    }
  }

  /// Less matters less.
  public static func < (left: LogLevel, right: LogLevel) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// The shape of a line.
public enum LogFormat: String, Sendable, CaseIterable {
  /// `2026-10-01T12:00:00.123Z INFO sessions: connected exchange=binance`
  case text
  /// One JSON object a line.
  case json
}
