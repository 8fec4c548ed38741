import Glibc

/// A terminal without glass: what is written to its line can be read at its other end (pty(7)).
public final class PseudoTerminal: Sendable {
  /// TIOCGPTN and TIOCSPTLCK (ioctl_tty(2)), which the C library's module does not have, as it has no `posix_openpt`.
  private static let numberRequest: UInt = 0x8004_5430
  private static let lockRequest: UInt = 0x4004_5431

  /// There is none to be had.
  public struct Failure: Error {}

  /// Where a program finds its terminal.
  public let line: Int32
  /// Where the user sits.
  public let user: Int32

  /// A terminal of so many columns.
  public init(width: Int) throws {
    let user = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (number, isLocked): (UInt32, Int32) = (0, 0)
    guard user >= 0, ioctl(user, PseudoTerminal.lockRequest, &isLocked) == 0,
      ioctl(user, PseudoTerminal.numberRequest, &number) == 0
    else { throw Failure() }
    let line = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard line >= 0 else {
      close(user)
      throw Failure()
    }
    (self.user, self.line) = (user, line)
    resize(width: width)
  }

  deinit {
    close(line)
    close(user)
  }

  /// The window has another width.
  public func resize(width: Int) {
    var size = winsize(ws_row: 24, ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(user, UInt(TIOCSWINSZ), &size)
  }
}

extension PseudoTerminal {
  /// What is on the screen, line by line, until there are so many lines or nothing comes for ten seconds. The caller's thread
  /// waits.
  public func lines(_ count: Int) -> [String] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < count {
      var waiting = pollfd(fd: user, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 10_000) > 0, case let size = read(user, &chunk, chunk.count), size > 0 else { break }
      bytes += chunk[..<size]
    }
    // The line discipline makes "\r\n" of a line's end.
    return String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
  }
}
