internal import Glibc
internal import Net

/// Tells a service manager how the process stands, over the socket it named.
///
/// Safe to share: the descriptor and the address are constant, and each message is one datagram.
final class SystemdNotifier: Sendable {
  /// What was asked for at the start.
  let settings: SystemdSettings
  private let descriptor: Int32

  /// `nil` where nobody waits for messages.
  init?(environment: [String: String] = SystemFacts.environment, process: Int32 = getpid()) {
    guard let settings = SystemdSettings(environment: environment, process: process) else { return nil }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    self.settings = settings
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Sends signs of life while all loops turn, where they are asked for.
  func watch(_ loops: [EventLoop]) {
    guard let beat = settings.beatMilliseconds else { return }
    LoopWatchdog(loops, beatMilliseconds: beat) { [self] in send(.watchdog) }.start()
  }

  /// Sends one message; false when nobody takes it, which is no reason not to go on.
  @discardableResult
  func send(_ message: SystemdMessage) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: settings.path) }
    // Of an abstract name every byte of the length counts; a path ends with the zero byte behind it.
    let isAbstract = settings.path.first == 0
    let length = MemoryLayout<sa_family_t>.size + settings.path.count + (isAbstract ? 0 : 1)
    let flags = Int32(MSG_NOSIGNAL) | (message.mayWait ? 0 : Int32(MSG_DONTWAIT))
    let text = Array(message.text.utf8)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, text, text.count, flags, $0, socklen_t(length)) == text.count
      }
    }
  }
}
