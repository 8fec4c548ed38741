internal import Glibc

/// Writes lines: a constant sentence, and what varies as keys and values.
///
/// A value, cheap to copy: each part of the program holds one with its own label. A call below the level evaluates
/// nothing of its metadata.
///
/// ```swift
/// log.warning("connection lost", ["exchange": exchange, "attempt": attempt])
/// ```
public struct Logger: Sendable {
  /// What varies, in the order it is written. Keys are constants; values are escaped, never trusted.
  public typealias Metadata = KeyValuePairs<StaticString, any CustomStringConvertible & Sendable>

  /// The part of the program that speaks.
  public let label: String
  private let threshold: Int
  private let format: LogFormat
  private let sink: any LogSink
  private let clock: @Sendable () -> Int64

  /// A logger that writes lines of `level` and above to `sink`; `clock` gives microseconds since 1970.
  public init(
    label: String, level: LogLevel, format: LogFormat, sink: any LogSink = DescriptorSink.standardError,
    clock: @escaping @Sendable () -> Int64 = Logger.wallClockMicroseconds
  ) {
    self.init(label: label, threshold: level.rawValue, format: format, sink: sink, clock: clock)
  }

  private init(
    label: String, threshold: Int, format: LogFormat, sink: any LogSink, clock: @escaping @Sendable () -> Int64
  ) {
    self.label = label
    self.threshold = threshold
    self.format = format
    self.sink = sink
    self.clock = clock
  }

  /// Writes nothing.
  public static let silent = Logger(
    label: "", threshold: .max, format: .text, sink: DescriptorSink.standardError, clock: wallClockMicroseconds)

  /// The same logger for another part of the program.
  public func labelled(_ label: String) -> Logger {
    Logger(label: label, threshold: threshold, format: format, sink: sink, clock: clock)
  }

  /// Whether lines of this level are written.
  public func isEnabled(_ level: LogLevel) -> Bool {
    level.rawValue >= threshold
  }

  /// Writes a line of level DEBUG.
  public func debug(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
    if isEnabled(.debug) { write(.debug, message, metadata()) }
  }

  /// Writes a line of level INFO.
  public func info(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
    if isEnabled(.info) { write(.info, message, metadata()) }
  }

  /// Writes a line of level WARNING.
  public func warning(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
    if isEnabled(.warning) { write(.warning, message, metadata()) }
  }

  /// Writes a line of level ERROR.
  public func error(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
    if isEnabled(.error) { write(.error, message, metadata()) }
  }

  private func write(_ level: LogLevel, _ message: StaticString, _ metadata: Metadata) {
    var line = LogLine(format)
    line.begin(microseconds: clock(), level: level, label: label, message: message)
    for (key, value) in metadata { line.add(key, value) }
    line.finish().withUnsafeBytes(sink.write)
  }

  /// Microseconds since 1970 by the system's clock.
  @Sendable public static func wallClockMicroseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
  }
}
