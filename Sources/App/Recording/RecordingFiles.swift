import Glibc

/// Where a recording's files are read from: a folder, or texts held in memory.
struct RecordingFiles {
  static let maxFileBytes = 64 << 20

  private let read: (String) throws(RecordingError) -> [UInt8]

  init(directory: String) {
    read = { (name) throws(RecordingError) in
      try RecordingFiles.contents(ofFile: "\(directory)/\(name)", calledInErrors: name)
    }
  }

  init(texts: [String: String]) {
    read = { (name) throws(RecordingError) in
      guard let text = texts[name] else { throw RecordingError(name, "cannot be opened") }
      return Array(text.utf8)
    }
  }

  func bytes(of name: String) throws(RecordingError) -> [UInt8] {
    try read(name)
  }

  /// The lines of a text file, without those that are empty or begin with `#`.
  func lines(of name: String) throws(RecordingError) -> [Substring] {
    String(decoding: try read(name), as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  private static func contents(ofFile path: String, calledInErrors name: String) throws(RecordingError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw RecordingError(name, "cannot be opened") }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    while true {
      let count = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { chunk in
        let count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
        if count > 0 { contents.append(contentsOf: chunk[..<count]) }
        return count
      }
      if count == 0 { return contents }
      guard count > 0 else { throw RecordingError(name, "cannot be read") }
      guard contents.count <= maxFileBytes else { throw RecordingError(name, "is longer than \(maxFileBytes) bytes") }
    }
  }
}
