internal import Contract
internal import Glibc
internal import Model
internal import Sessions

/// How much a recording may hold.
struct CaptureLimits: Sendable {
  /// A file of a connection that is longer is followed by another one.
  var fileBytes: Int64 = 256 << 20
  /// The recording ends when all its files together are longer.
  var totalBytes: Int64 = 10 << 30
  /// It ends too when it has so many files.
  var files = 100_000
}

/// Why a recording ended.
enum CaptureEnd: Sendable, Equatable {
  /// A signal.
  case asked
  /// Its time was over.
  case time
  /// It holds as much as it may.
  case full
  /// Nothing of what was asked for exists.
  case nothing
  /// It cannot be written.
  case failed(FileError)

  /// For the index and the summary.
  var reason: String {
    switch self {
    case .asked: "asked to stop"
    case .time: "the time is over"
    case .full: "it holds as much as it may"
    case .nothing: "none of the symbols is listed"
    case .failed(let error): "cannot write \(error)"
    }
  }
}

/// The folder of a recording: an index, and for each exchange the files of its connections and replies. Belongs to one
/// loop; the first failure ends it.
final class CaptureFolder {
  /// What has been written.
  struct Totals: Sendable, Equatable {
    var frames: Int64 = 0
    var replies: Int64 = 0
    var bytes: Int64 = 0
  }

  private let path: String
  private let limits: CaptureLimits
  private let source: any CaptureFileSource
  private let index: CaptureFile
  private var open: [ObjectIdentifier: CaptureConnection] = [:]
  private var connectionNumbers: [String: Int] = [:]
  private var replyNumbers: [String: Int] = [:]
  private var fileCount = 0
  private(set) var totals = Totals()
  private(set) var end: CaptureEnd?
  /// Told once when the recording cannot go on.
  var onEnd: ((CaptureEnd) -> Void)?

  /// A folder that is made where it is not there, and must hold no recording. `source` makes the files in it, for one
  /// that is not to be on a disk.
  init(
    _ path: String, exchanges: [String], limits: CaptureLimits, time: Timestamp,
    source: (any CaptureFileSource)? = nil
  ) throws(FileError) {
    self.path = path
    self.limits = limits
    try CaptureFolder.make(path)
    self.source = source ?? CaptureDisk(folder: path)
    do throws(FileError) {
      index = try self.source.file("index.jsonl")
    } catch {
      throw error == FileError("index.jsonl", errno: EEXIST)
        ? FileError(path, "holds a recording already") : error
    }
    for exchange in exchanges { try CaptureFolder.make("\(path)/\(exchange)") }
    try index.append(CaptureLine.begin(time))
  }

  private static func make(_ folder: String) throws(FileError) {
    var made = folder.hasPrefix("/") ? "" : "."
    for name in folder.split(separator: "/") {
      made += "/" + name
      guard mkdir(made, 0o755) == 0 || errno == EEXIST else { throw FileError(folder, errno: errno) }
    }
  }

  // MARK: Connections

  /// The files of a new connection.
  func connecting(_ exchange: String, to endpoint: StreamEndpoint) -> CaptureConnection {
    let number = connectionNumbers["\(exchange)/\(endpoint.name)", default: 0] + 1
    connectionNumbers["\(exchange)/\(endpoint.name)"] = number
    return CaptureConnection(
      self,
      CapturePart(
        exchange: exchange, endpoint: endpoint.name, path: endpoint.path, connection: number, number: 1))
  }

  fileprivate func write(_ line: [UInt8], isFrame: Bool, of connection: CaptureConnection) {
    attempt { () throws(FileError) in
      if connection.part.bytes > 0, connection.part.bytes + Int64(line.count) > limits.fileBytes {
        try finish(connection)
        connection.nextPart()
      }
      try file(of: connection).append(line)
      connection.part.lines += 1
      connection.part.bytes += Int64(line.count)
      if isFrame { totals.frames += 1 }
      count(line.count)
    }
  }

  fileprivate func closed(_ connection: CaptureConnection) {
    attempt { () throws(FileError) in try finish(connection) }
  }

  /// `??` would lose the error's type.
  private func file(of connection: CaptureConnection) throws(FileError) -> CaptureFile {
    if let file = connection.file { return file }
    let file = try newFile(connection.part.file)
    connection.file = file
    open[ObjectIdentifier(connection)] = connection
    return file
  }

  private func finish(_ connection: CaptureConnection) throws(FileError) {
    open[ObjectIdentifier(connection)] = nil
    guard let file = connection.file else { return }
    connection.file = nil
    try file.close()
    try index.append(CaptureLine.frames(connection.part))
  }

  // MARK: Replies

  /// A file for the body, a line for all else.
  func write(_ reply: CaptureReply) {
    attempt { () throws(FileError) in
      guard case .success(let answer) = reply.outcome else {
        let line = CaptureLine.reply(reply, file: nil)
        count(line.count)
        return try index.append(line)
      }
      let number = replyNumbers[reply.exchange, default: 0] + 1
      replyNumbers[reply.exchange] = number
      let file = try newFile("\(reply.exchange)/reply-\(number).body")
      try file.append(answer.body)
      try file.close()
      try index.append(CaptureLine.reply(reply, file: file.name))
      totals.replies += 1
      count(answer.body.count)
    }
  }

  // MARK: The end

  /// Hands everything to the system.
  func flush() {
    attempt { () throws(FileError) in
      for connection in open.values { try connection.file?.flush() }
      try index.flush()
    }
  }

  /// Finishes every file, for the given reason unless there is one already, and gives the reason that counts.
  func finish(_ reason: CaptureEnd, time: Timestamp) -> CaptureEnd {
    onEnd = nil
    let word = (end ?? reason).reason
    do throws(FileError) {
      for connection in open.values.sorted(by: { $0.part.file < $1.part.file }) { try finish(connection) }
      try index.append(CaptureLine.end(word, time))
      try index.close()
    } catch {
      if case .failed = end {} else { end = .failed(error) }
    }
    end = end ?? reason
    return end ?? reason
  }

  private func newFile(_ name: String) throws(FileError) -> CaptureFile {
    fileCount += 1
    return try source.file(name)
  }

  private func count(_ bytes: Int) {
    totals.bytes += Int64(bytes)
    if totals.bytes >= limits.totalBytes || fileCount >= limits.files { ends(.full) }
  }

  /// Nothing is written after the end.
  private func attempt(_ work: () throws(FileError) -> Void) {
    guard end == nil else { return }
    do throws(FileError) {
      try work()
    } catch {
      ends(.failed(error))
    }
  }

  private func ends(_ reason: CaptureEnd) {
    end = reason
    let tell = onEnd
    onEnd = nil
    tell?(reason)
  }
}

/// Writes what one connection carries. Belongs to the folder's loop.
final class CaptureConnection: ConnectionTap {
  fileprivate(set) var part: CapturePart
  fileprivate var file: CaptureFile?
  private let folder: CaptureFolder

  fileprivate init(_ folder: CaptureFolder, _ part: CapturePart) {
    self.folder = folder
    self.part = part
  }

  fileprivate func nextPart() {
    part = CapturePart(
      exchange: part.exchange, endpoint: part.endpoint, path: part.path, connection: part.connection,
      number: part.number + 1)
  }

  func opened(at time: Timestamp) { write(.opened, time.microseconds) }

  func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) { write(.text(text), receiveMicroseconds) }

  func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    write(.binary(binary), receiveMicroseconds)
  }

  func sent(_ text: String, at time: Timestamp) { write(.sent(text), time.microseconds) }

  func closed(_ reason: String, at time: Timestamp) {
    write(.closed(reason), time.microseconds)
    folder.closed(self)
  }

  private func write(_ event: CaptureLine.Event, _ microseconds: Int64) {
    var isFrame = false
    switch event {
    case .text, .binary: isFrame = true
    case .opened, .sent, .closed: break
    }
    folder.write(CaptureLine.connection(event, microseconds: microseconds), isFrame: isFrame, of: self)
  }
}
