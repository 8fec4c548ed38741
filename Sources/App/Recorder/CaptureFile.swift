internal import Glibc

/// A file that only grows, written in large pieces.
final class CaptureFile {
  /// So many bytes wait at most for the next write.
  static let bufferBytes = 256 << 10

  /// For errors and the index.
  let name: String
  /// What has been appended, written or not.
  private(set) var bytes: Int64 = 0
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isClosed = false

  /// Takes over a descriptor that is open for writing.
  init(name: String, descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }

  /// Makes a file that was not there before; `name` is below the folder.
  static func create(_ folder: String, _ name: String) throws(FileError) -> CaptureFile {
    let descriptor = open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(name, errno: errno) }
    return CaptureFile(name: name, descriptor: descriptor)
  }

  deinit {
    if !isClosed { Glibc.close(descriptor) }
  }

  func append(_ more: [UInt8]) throws(FileError) {
    buffer += more
    bytes += Int64(more.count)
    if buffer.count >= CaptureFile.bufferBytes { try flush() }
  }

  /// Hands what waits to the system.
  func flush() throws(FileError) {
    var written = 0
    while written < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[written...]).baseAddress, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(name, errno: count < 0 ? errno : ENOSPC) }
      written += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes the rest; nothing is appended afterwards.
  func close() throws(FileError) {
    guard !isClosed else { return }
    isClosed = true
    defer { Glibc.close(descriptor) }
    try flush()
  }
}

/// Where the files of a recording come from.
protocol CaptureFileSource {
  /// A new file, by its name below the folder of the recording.
  func file(_ name: String) throws(FileError) -> CaptureFile
}

/// Files in a folder that is there.
struct CaptureDisk: CaptureFileSource {
  let folder: String

  func file(_ name: String) throws(FileError) -> CaptureFile { try CaptureFile.create(folder, name) }
}
