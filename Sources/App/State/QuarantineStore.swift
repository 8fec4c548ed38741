internal import Contract
internal import Model
internal import Net
internal import Sessions
internal import Wire

/// The last messages of one exchange that could not be read, as they stand in a file:
///
///     {"format":1,"frames":[{"received_us":1800000000000000,"endpoint":"market","reason":"…","offset":1,…}]}
///
/// Oldest first; the time is in microseconds since 1970.
///
/// Crosses threads: the messages stand behind a lock.
final class QuarantineStore: FrameQuarantine {
  /// The most messages that are kept of an exchange unless told otherwise; the oldest goes when another comes.
  static let maxFrames = 100
  /// At least so many milliseconds from one write to the next: of a flood, the last ones are what is worth a write.
  static let spacing: Int64 = 10_000
  /// The longest file that is read: a byte may take six when it is escaped.
  static let maxFileBytes = maxFrames * (6 * QuarantinedFrame.maxBytes + 4096)
  private static let format: Int64 = 1

  private let limit: Int
  private let kept: Lock<[QuarantinedFrame]>
  private let onChange: @Sendable () -> Void

  /// A store of messages that were kept before; `onChange` is called when there is another one.
  init(
    _ frames: [QuarantinedFrame] = [], limit: Int = QuarantineStore.maxFrames,
    onChange: @escaping @Sendable () -> Void = {}
  ) {
    self.limit = limit
    kept = Lock(frames.suffix(limit))
    self.onChange = onChange
  }

  /// The name of an exchange's file.
  static func file(of exchange: ExchangeID) -> String { "quarantine-\(exchange.name).json" }

  /// Oldest first.
  var frames: [QuarantinedFrame] { kept.withLock { $0 } }

  func keep(
    _ message: UnsafeRawBufferPointer, _ error: FrameError, endpoint: StreamEndpoint, receiveTime: Timestamp
  ) {
    let frame = QuarantinedFrame(message, error, endpoint: endpoint, receiveTime: receiveTime)
    kept.withLock { kept in
      kept.append(frame)
      if kept.count > limit { kept.removeFirst(kept.count - limit) }
    }
    onChange()
  }

  /// The file of the messages.
  var bytes: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("format")
    json.integer(QuarantineStore.format)
    json.key("frames")
    json.beginArray()
    for frame in frames {
      json.beginObject()
      json.key("received_us")
      json.integer(frame.receiveTime.microseconds)
      frame.appendMembers(to: &json)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.take()
  }

  /// The messages of a file.
  static func read(_ bytes: [UInt8], file: String) throws(FileError) -> [QuarantinedFrame] {
    let document = try StateDocument.read(bytes, file: file, format: format)
    var frames: [QuarantinedFrame] = []
    for row in document["frames"]?.array ?? [] {
      guard let time = row["received_us"]?.integer,
        let frame = QuarantinedFrame(row, receiveTime: Timestamp(microseconds: time))
      else { throw FileError(file, "a message lacks a part") }
      frames.append(frame)
    }
    return frames
  }
}
