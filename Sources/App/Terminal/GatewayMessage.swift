internal import Wire

/// A message of a gateway's multiplex, as its client reads it.
enum GatewayMessage: Equatable {
  /// An event with its number; `bare` is what the stream's own route sends.
  case event(stream: String, sequence: UInt64, bare: [UInt8])
  /// Streams begin: each with the point it begins after, and whether what was missed follows.
  case subscribed([Beginning])
  /// A command, or a stream of it, was refused.
  case refused(stream: String?, code: String, detail: String, isRetryable: Bool)
  /// Something to know about a stream.
  case notice(String)
  /// A stream is over.
  case ended(stream: String, detail: String)
  /// Nothing to a tail.
  case other

  /// Where a stream begins.
  struct Beginning: Equatable {
    let stream: String
    let epoch: UInt64
    let sequence: UInt64
    /// `nil` when nothing was to be recovered.
    let isRecovered: Bool?
  }

  /// What a person is told; `nil` when there is nothing to tell.
  var note: String? { if case .notice(let text) = self { text } else { nil } }

  /// The message; `nil` when it is none of a gateway.
  static func read(_ bytes: [UInt8]) -> GatewayMessage? {
    let message = bytes.withUnsafeBytes { buffer -> GatewayMessage? in
      (try? event(buffer)) ?? nil
    }
    if let message { return message }
    guard let value = try? JSONValue(parsing: bytes), let type = value["type"]?.string else { return nil }
    let stream = value["stream"]?.string
    switch type {
    case "subscribed": return subscribed(value)
    case "error":
      return .refused(
        stream: value["arg"]?.string, code: value["code"]?.string ?? "error", detail: value["detail"]?.string ?? "",
        isRetryable: value["retryable"]?.bool ?? false)
    case "ended": return .ended(stream: stream ?? "", detail: value["detail"]?.string ?? "")
    case "stale", "recovered", "gap", "lag": return .notice(notice(type, stream ?? "", value))
    default: return .other
    }
  }

  // MARK: Events

  /// `{"type":"trade","stream":"…","seq":17,` and the bare fields; `nil` for a message without a number. A stream of several
  /// exchanges has the type on its own route too.
  private static func event(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> GatewayMessage? {
    var reader = JSONReader(bytes)
    try reader.beginObject()
    guard let first = try reader.nextKey(), first.equals("type") else { return nil }
    let type = try reader.readText().string
    guard let second = try reader.nextKey(), second.equals("stream") else { return nil }
    let stream = try reader.readText().string
    guard let third = try reader.nextKey(), third.equals("seq") else { return nil }
    guard let sequence = UInt64(exactly: try reader.readInt64()) else { return nil }
    let offset = reader.offset
    while try reader.nextKey() != nil { try reader.skipValue() }
    try reader.expectEnd()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: ",") else { return nil }
    var bare = JSONWriter()
    bare.beginObject()
    var head: [UInt8] = [UInt8(ascii: "{")]
    if stream.hasPrefix("all/") || stream.hasPrefix(TailOptions.spikes) {
      bare.key("type")
      bare.string(type)
      head = bare.take() + [UInt8(ascii: ",")]
    }
    // Between values JSON may hold line ends, which would make two lines of one event.
    let rest = bytes[(offset + 1)...].map { $0 < 0x20 ? 0x20 : $0 }
    return .event(stream: stream, sequence: sequence, bare: head + rest)
  }

  // MARK: The rest

  private static func subscribed(_ value: JSONValue) -> GatewayMessage? {
    guard let streams = value["streams"]?.array else { return nil }
    return .subscribed(
      streams.compactMap { entry in
        guard let stream = entry["stream"]?.string, let epoch = entry["epoch"]?.integer.flatMap(UInt64.init(exactly:)),
          let sequence = entry["seq"]?.integer.flatMap(UInt64.init(exactly:))
        else { return nil }
        return Beginning(
          stream: stream, epoch: epoch, sequence: sequence, isRecovered: entry["recovered"]?.bool)
      })
  }

  private static func notice(_ type: String, _ stream: String, _ value: JSONValue) -> String {
    func time(_ key: String) -> String { value[key]?.string.flatMap(ShownText.clock) ?? "?" }
    let exchange = value["exchange"]?.string.map { "\($0): " } ?? ""
    let cause = value["cause"]?.string ?? ""
    let text =
      switch type {
      case "stale": "\(exchange)nothing comes since \(time("since")) (\(cause))"
      case "recovered": "\(exchange)it comes again"
      case "gap": "\(exchange)what happened from \(time("since")) to \(time("until")) is missing (\(cause))"
      default: "states of open candles were left out: this connection is too slow"
      }
    return TextWidth.printable("\(stream): \(text)")
  }
}
