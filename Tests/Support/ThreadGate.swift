import CLinux
import Glibc

/// Holds a script's thread until the test lets it go on.
public final class ThreadGate: Sendable {
  private let descriptor = eventfd(0, 0)

  /// Closed.
  public init() {}

  deinit { close(descriptor) }

  /// Lets one waiting thread through, now or later.
  public func open() { eventfd_write(descriptor, 1) }

  /// Blocks the calling thread; not for the tests' own tasks.
  public func wait() {
    var value: eventfd_t = 0
    eventfd_read(descriptor, &value)
  }
}
