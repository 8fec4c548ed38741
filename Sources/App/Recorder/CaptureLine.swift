internal import Model
internal import Wire

/// The lines of a recording, as docs/recording-format.md has them.
enum CaptureLine {
  /// The version of the format.
  static let format: Int64 = 1

  /// What a line about a connection says.
  enum Event {
    case opened
    case text(UnsafeRawBufferPointer)
    case binary(UnsafeRawBufferPointer)
    case sent(String)
    case closed(String)
  }

  /// A line of a connection's file, with its line feed.
  static func connection(_ event: Event, microseconds: Int64) -> [UInt8] {
    line { json in
      json.key("time")
      json.integer(microseconds)
      json.key("event")
      switch event {
      case .opened: json.string("open")
      case .text(let text):
        json.string("in")
        json.key("text")
        json.string(utf8: text)
      case .binary(let bytes):
        json.string("in")
        json.key("base64")
        json.string(Base64.text(of: Array(bytes)))
      case .sent(let text):
        json.string("out")
        json.key("text")
        json.string(text)
      case .closed(let reason):
        json.string("close")
        json.key("reason")
        json.string(reason)
      }
    }
  }

  /// The first line of the index.
  static func begin(_ time: Timestamp) -> [UInt8] {
    line { json in
      json.key("kind")
      json.string("begin")
      json.key("format")
      json.integer(format)
      json.key("program")
      json.string("marketgate \(Version.text)")
      json.key("time")
      json.integer(time.microseconds)
    }
  }

  /// The last line of the index.
  static func end(_ reason: String, _ time: Timestamp) -> [UInt8] {
    line { json in
      json.key("kind")
      json.string("end")
      json.key("reason")
      json.string(reason)
      json.key("time")
      json.integer(time.microseconds)
    }
  }

  /// The line of the index for a file of a connection.
  static func frames(_ part: CapturePart) -> [UInt8] {
    line { json in
      json.key("kind")
      json.string("frames")
      json.key("exchange")
      json.string(part.exchange)
      json.key("file")
      json.string(part.file)
      json.key("endpoint")
      json.string(part.endpoint)
      json.key("path")
      json.string(part.path)
      json.key("connection")
      json.integer(Int64(part.connection))
      json.key("part")
      json.integer(Int64(part.number))
      json.key("lines")
      json.integer(part.lines)
      json.key("bytes")
      json.integer(part.bytes)
    }
  }

  /// The line of the index for a reply; `file` is `nil` for a request that had none, which says why.
  static func reply(_ reply: CaptureReply, file: String?) -> [UInt8] {
    line { json in
      json.key("kind")
      json.string(file == nil ? "failure" : "reply")
      json.key("exchange")
      json.string(reply.exchange)
      if let file {
        json.key("file")
        json.string(file)
      }
      json.key("method")
      json.string(reply.method)
      json.key("target")
      json.string(reply.target)
      if let body = reply.requestBody {
        json.key("request")
        json.string(body)
      }
      json.key("received")
      json.integer(reply.receiveMicroseconds)
      switch reply.outcome {
      case .failure(let error):
        json.key("error")
        json.string(error)
      case .success(let answer): append(answer, to: &json)
      }
    }
  }

  private static func append(_ answer: CaptureReply.Answer, to json: inout JSONWriter) {
    json.key("sent")
    json.integer(answer.sentMicroseconds)
    json.key("status")
    json.integer(Int64(answer.status))
    json.key("bytes")
    json.integer(Int64(answer.body.count))
    json.key("headers")
    json.beginObject()
    for (name, value) in answer.headers {
      json.key(name)
      json.string(value)
    }
    json.endObject()
  }

  private static func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    members(&json)
    json.endObject()
    return json.take() + [UInt8(ascii: "\n")]
  }
}

/// One file of a connection, as the index names it.
struct CapturePart {
  let exchange: String
  let endpoint: String
  let path: String
  let connection: Int
  /// 1 for the first file of the connection, 2 for the one after it.
  let number: Int
  var lines: Int64 = 0
  var bytes: Int64 = 0

  /// Below the folder of the recording.
  var file: String { "\(exchange)/\(endpoint)-\(connection)-\(number).jsonl" }
}

/// The end of a request.
struct CaptureReply: Sendable {
  /// What came back.
  struct Answer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    let sentMicroseconds: Int64
  }

  let exchange: String
  let method: String
  let target: String
  let requestBody: String?
  let receiveMicroseconds: Int64
  /// An answer, or a word for why there is none.
  let outcome: Outcome

  enum Outcome: Sendable {
    case success(Answer)
    case failure(String)
  }
}
