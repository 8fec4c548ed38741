internal import Glibc

/// Where lines go.
public protocol LogSink: Sendable {
  /// Takes one whole line, its newline included. Called on any thread; must not keep the bytes.
  func write(_ line: UnsafeRawBufferPointer)
}

/// Writes each line with one `write(2)`, so that lines of several threads do not mix.
public struct DescriptorSink: LogSink {
  private let descriptor: Int32

  /// Standard error.
  public static let standardError = DescriptorSink(descriptor: STDERR_FILENO)

  /// An open descriptor, which stays the caller's.
  public init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Writes the line; one that cannot be written is lost, as there is nowhere to report it.
  public func write(_ line: UnsafeRawBufferPointer) {
    while Glibc.write(descriptor, line.baseAddress, line.count) < 0, errno == EINTR {}
  }
}
