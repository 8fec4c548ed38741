internal import Glibc

/// How many descriptors the process may have: each client is one, and so is each connection to an exchange.
public enum DescriptorLimit {
  /// Kept for what is no client: exchanges, loops, listeners, log, files.
  private static let reserved = 256

  /// Takes all that the system allows: the soft limit is made for programs that use select(2), the hard one for us.
  public static func raise() {
    var limit = current
    guard limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
  }

  /// How many descriptors the process may have now.
  static var allowed: Int { Int(clamping: current.rlim_cur) }

  /// How many clients leave enough for the rest; never more than asked for. Clients that took the last descriptor would
  /// keep the gateway from its exchanges, and so harm all others.
  static func clients(atMost wanted: Int) -> Int {
    clients(atMost: wanted, descriptors: allowed)
  }

  static func clients(atMost wanted: Int, descriptors: Int) -> Int {
    max(1, min(wanted, descriptors - min(reserved, descriptors / 2)))
  }

  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  private static var current: rlimit {
    var limit = rlimit()
    getrlimit(resource, &limit)
    return limit
  }
}
