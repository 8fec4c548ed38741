internal import Glibc

/// A file that is replaced as a whole: who reads it finds what was there before or what is there now, never a part, also
/// when the machine stops in between. Blocking.
struct StateFile {
  /// Nobody else needs to read what is kept of the exchanges.
  private static let folderMode: mode_t = 0o700
  private static let fileMode: mode_t = 0o600

  let folder: String
  let name: String

  private var path: String { "\(folder)/\(name)" }

  /// What it holds; `nil` where it is not there.
  func read(atMost limit: Int) throws(FileError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError(path, errno: errno)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path, errno: errno) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw FileError(path, "is longer than \(limit) bytes") }
    }
  }

  /// Replaces it; makes the folder where it is missing.
  func replace(with bytes: [UInt8]) throws(FileError) {
    try StateFile.make(folder)
    // Of this process alone: two gateways on one folder must not write into the same file.
    let draft = "\(path).\(getpid()).new"
    do throws(FileError) {
      try StateFile.write(bytes, to: draft)
      // The name must not lead to bytes that are still on their way to the disk (fsync(2)).
      guard rename(draft, path) == 0 else { throw FileError(path, errno: errno) }
    } catch {
      unlink(draft)
      throw error
    }
    try StateFile.synchronize(folder)
  }

  /// Makes a folder and those above it, and sees whether files can be made in it.
  static func make(_ folder: String) throws(FileError) {
    var made = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      made += "/" + part
      guard mkdir(made, folderMode) == 0 || errno == EEXIST else { throw FileError(folder, errno: errno) }
    }
    guard access(folder, W_OK | X_OK) == 0 else { throw FileError(folder, errno: errno) }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, fileMode)
    guard descriptor >= 0 else { throw FileError(path, errno: errno) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(path, errno: count < 0 ? errno : ENOSPC) }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else { throw FileError(path, errno: errno) }
  }

  /// So that the new name is on the disk too.
  private static func synchronize(_ folder: String) throws(FileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(folder, errno: errno) }
    defer { close(descriptor) }
    // Some file systems cannot do this to a folder, and need not.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError(folder, errno: errno) }
  }
}
