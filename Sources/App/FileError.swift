internal import Glibc

/// Why a file cannot be read or written.
struct FileError: Error, Equatable, CustomStringConvertible {
  let file: String
  let reason: String

  init(_ file: String, _ reason: String) {
    self.file = file
    self.reason = reason
  }

  /// With the system's words for the last failed call.
  init(_ file: String, errno code: Int32) {
    self.init(file, String(cString: strerror(code)))
  }

  var description: String { "\(file): \(reason)" }
}
