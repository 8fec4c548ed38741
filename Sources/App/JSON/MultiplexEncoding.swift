internal import Contract
public import Model
public import Services
internal import Wire

/// A stream and where it begins.
public struct JoinedStream: Sendable {
  /// As the client wrote it.
  public let stream: String
  /// Where it begins.
  public let standing: TopicStanding

  /// A stream that begins somewhere.
  public init(_ stream: String, _ standing: TopicStanding) {
    self.stream = stream
    self.standing = standing
  }
}

/// What the gateway itself says to a client of `/ws`; the data is `EventEncoding`'s. An id is JSON already.
public enum MultiplexEncoding {
  /// The answer to `subscribe`.
  public static func subscribed(id: [UInt8]?, _ streams: [JoinedStream]) -> [UInt8] {
    answer("subscribed", id) { json in
      json.streams(streams) { json, joined in
        json.point(of: joined.stream, joined.standing.point)
        json.key("recovered")
        if let recovered = joined.standing.isRecovered { json.bool(recovered) } else { json.null() }
      }
    }
  }

  /// The answer to `unsubscribe`.
  public static func unsubscribed(id: [UInt8]?, _ streams: [String]) -> [UInt8] {
    answer("unsubscribed", id) { json in
      json.key("streams")
      json.beginArray()
      for stream in streams { json.string(stream) }
      json.endArray()
    }
  }

  /// The answer to `list`: each stream with the point the client has reached.
  public static func list(id: [UInt8]?, _ streams: [(stream: String, point: ResumePoint)]) -> [UInt8] {
    answer("list", id) { json in
      json.streams(streams) { json, entry in json.point(of: entry.stream, entry.point) }
    }
  }

  /// The answer to `ping`.
  public static func pong(id: [UInt8]?) -> [UInt8] { answer("pong", id) { _ in } }

  /// What could not be done, and of which argument.
  public static func error(
    id: [UInt8]?, code: String, detail: String, argument: String?, isRetryable: Bool
  ) -> [UInt8] {
    answer("error", id) { json in
      json.key("code")
      json.string(code)
      json.key("detail")
      json.string(detail)
      json.key("arg")
      if let argument { json.string(argument) } else { json.null() }
      json.key("retryable")
      json.bool(isRetryable)
    }
  }

  /// The client reads so slowly that states of open candles were replaced unsent.
  public static func lag(_ stream: String, since: Timestamp, conflated: Int64) -> [UInt8] {
    notice("lag", stream, since: since, cause: "slow_consumer") { json in
      json.key("conflated")
      json.integer(conflated)
    }
  }

  /// The stream is over.
  public static func ended(_ stream: String, detail: String) -> [UInt8] {
    message("ended") { json in
      json.key("stream")
      json.string(stream)
      json.key("detail")
      json.string(detail)
    }
  }

  /// What is to be known of a stream: nothing comes, it comes again, or something is missing.
  public static func notice(_ notice: StreamNotice, _ stream: String) -> [UInt8] {
    let type =
      switch notice.kind {
      case .stale: "stale"
      case .recovered: "recovered"
      case .gap: "gap"
      }
    return self.notice(type, stream, since: notice.since, cause: notice.cause) { json in
      json.exchange(notice.exchange)
      guard case .gap(let until) = notice.kind else { return }
      json.key("until")
      json.timestamp(until)
    }
  }

  /// The answer to a first message that asks for quotes.
  public static func quotesSubscribed(
    exchange: ExchangeID, contractType: String, symbols: [String], limit: Int64?
  ) -> [UInt8] {
    message("subscribed") { json in
      json.exchange(exchange)
      json.key("contract_type")
      json.string(contractType)
      json.key("symbols")
      json.beginArray()
      for symbol in symbols { json.string(symbol) }
      json.endArray()
      json.key("limit")
      json.integer(limit)
    }
  }

  // MARK: Data

  /// What the revision of a final is called.
  public static let revisionType = "revision"

  /// What every data message of a subscription begins with, up to its number.
  public static func head(type: String, stream: String) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.key("type")
    json.string(type)
    json.key("stream")
    json.string(stream)
    json.key("seq")
    return String(decoding: json.take(), as: UTF8.self)
  }

  /// The beginning of one data message: what follows are the shared bytes after their `{`.
  public static func prefix(_ head: String, sequence: UInt64) -> String { "\(head)\(sequence)," }

  // MARK: Parts

  private static func message(_ type: String, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("type")
    json.string(type)
    body(&json)
    json.endObject()
    return json.take()
  }

  private static func answer(_ type: String, _ id: [UInt8]?, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
    message(type) { json in
      json.key("id")
      if let id { id.withUnsafeBytes { json.rawValue($0) } } else { json.null() }
      body(&json)
    }
  }

  private static func notice(
    _ type: String, _ stream: String, since: Timestamp, cause: String, _ body: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    message(type) { json in
      json.key("stream")
      json.string(stream)
      json.key("since")
      json.timestamp(since)
      json.key("cause")
      json.string(cause)
      body(&json)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func streams<Stream>(_ streams: [Stream], _ body: (inout JSONWriter, Stream) -> Void) {
    key("streams")
    beginArray()
    for stream in streams {
      beginObject()
      body(&self, stream)
      endObject()
    }
    endArray()
  }

  fileprivate mutating func point(of stream: String, _ point: ResumePoint) {
    key("stream")
    string(stream)
    key("epoch")
    integer(Int64(clamping: point.epoch))
    key("seq")
    integer(Int64(clamping: point.sequence))
  }

  fileprivate mutating func exchange(_ exchange: ExchangeID) {
    key("exchange")
    string(exchange.name)
  }
}
