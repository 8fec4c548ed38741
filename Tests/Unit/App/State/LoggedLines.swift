import Net
import Telemetry

/// Keeps the lines that were logged.
struct LoggedLines: LogSink {
  private let kept = Lock<[String]>([])

  func write(_ line: UnsafeRawBufferPointer) { kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }

  var all: [String] { kept.withLock { $0 } }
}
