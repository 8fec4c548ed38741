import Glibc

/// The socket of a service manager, where it is told how a process stands.
public final class NotifySocket: Sendable {
  /// Nobody said anything for ten seconds.
  public struct Silence: Error {}

  /// As it is named to the process, in `NOTIFY_SOCKET`.
  public let address: String
  private let descriptor: Int32
  /// Where its file stands; an abstract name has none.
  private let folder: TemporaryFolder?

  /// Bound, at a path or at an abstract name.
  public init(isAbstract: Bool) {
    folder = isAbstract ? nil : TemporaryFolder()
    let name = "marketgate-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    address = folder.map { "\($0.path)/notify" } ?? "@\(name)"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var bytes = Array(address.utf8)
    if isAbstract { bytes[0] = 0 }
    var place = sockaddr_un()
    place.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: bytes) }
    let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
    let failure = withUnsafePointer(to: &place) { [descriptor] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) }
    }
    precondition(failure == 0, "no socket at \(address)")
  }

  deinit { close(descriptor) }

  /// The next message. Blocking.
  public func next() throws -> String {
    guard let message = message(withinMilliseconds: 10_000) else { throw Silence() }
    return message
  }

  /// The next message that begins so. Blocking.
  public func next(_ prefix: String) throws -> String {
    while true {
      let message = try next()
      if message.hasPrefix(prefix) { return message }
    }
  }

  /// What has come already; `nil` when nothing has.
  public var pending: String? { message(withinMilliseconds: 0) }

  private func message(withinMilliseconds milliseconds: Int32) -> String? {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, milliseconds) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }
}
