/// A fault in a recording's files, or in the way to them.
public struct RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, relative to the recording's folder.
  public let file: String
  /// What is wrong with it.
  public let reason: String

  /// `file: reason`.
  public var description: String { "\(file): \(reason)" }

  init(_ file: String, _ reason: String) {
    self.file = file
    self.reason = reason
  }
}
