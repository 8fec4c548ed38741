internal import Glibc

/// Why a socket could not be had.
public enum NetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text names no address of this machine.
  case unknownAddress(String)
  /// The certificate or its key cannot be served; a sentence that names the file.
  case certificate(String)
  /// A system call failed with that `errno`.
  case system(call: String, number: Int32)

  /// One line for a log or a terminal.
  public var description: String {
    switch self {
    case .unknownAddress(let text): "unknown address: \(text)"
    case .certificate(let text): text
    case .system(let call, let number): "\(call): \(String(cString: strerror(number)))"
    }
  }

  /// The call that has just failed.
  static func last(_ call: String) -> NetError { .system(call: call, number: errno) }
}
