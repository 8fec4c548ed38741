/// What a service manager asks of the process it starts, in its environment.
struct SystemdSettings: Equatable {
  /// The path of a unix datagram socket. As in the kernel's addresses, a name that no file has begins with a zero byte.
  let path: [UInt8]
  /// Within which time a sign of life is expected; `nil` for never.
  let watchdogMicroseconds: Int64?

  /// The longest path of a unix socket, in bytes, before the zero byte that ends it (unix(7)).
  static let maxPathBytes = 107

  /// `nil` where nobody waits for messages, or at an address of a kind that is not known here.
  init?(environment: [String: String], process: Int32) {
    guard let address = environment["NOTIFY_SOCKET"], let path = SystemdSettings.path(address) else { return nil }
    self.path = path
    // The variables are inherited: WATCHDOG_PID says for whom they are (sd_watchdog_enabled(3)).
    let isForUs = environment["WATCHDOG_PID"].map { $0 == String(process) } ?? true
    let period = isForUs ? environment["WATCHDOG_USEC"].flatMap { Int64($0) } : nil
    watchdogMicroseconds = period.flatMap { $0 > 0 ? $0 : nil }
  }

  /// "AF_UNIX sockets … either an absolute path or an abstract name that begins with @" (sd_notify(3)).
  private static func path(_ address: String) -> [UInt8]? {
    var bytes = Array(address.utf8)
    guard (2...maxPathBytes).contains(bytes.count) else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "/"): return bytes
    case UInt8(ascii: "@"):
      bytes[0] = 0
      return bytes
    default: return nil
    }
  }

  /// The time between two signs of life, in milliseconds: "every half of the time that is passed".
  var beatMilliseconds: Int64? { watchdogMicroseconds.map { max(1, $0 / 2000) } }
}
