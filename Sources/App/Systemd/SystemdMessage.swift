/// What a service tells the manager that started it: sd_notify(3).
enum SystemdMessage: Equatable {
  /// It serves, for the first time or again after a reload; with a word on what.
  case ready(status: String)
  /// It reads again what a reload reads, since this moment of the monotonic clock.
  case reloading(monotonicMicroseconds: Int64)
  /// It ends.
  case stopping
  /// It lives.
  case watchdog

  /// The text of the datagram: "a newline-separated list of variable assignments".
  var text: String {
    switch self {
    case .ready(let status):
      "READY=1\nSTATUS=" + status.split(whereSeparator: \.isNewline).joined(separator: " ")
    case .reloading(let microseconds): "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
    case .stopping: "STOPPING=1"
    case .watchdog: "WATCHDOG=1"
    }
  }

  /// A sign of life is sent by an event loop, which waits for nobody: the next one does as well.
  var mayWait: Bool { self != .watchdog }
}
