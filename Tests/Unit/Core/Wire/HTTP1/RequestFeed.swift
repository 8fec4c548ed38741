import Testing
import Wire

/// Feeds a request parser the same bytes whole, byte by byte and cut in two at every place.
enum RequestFeed {
  /// The events of a stream, without the waits. An issue is recorded when two ways of cutting it differ.
  static func events(
    _ bytes: [UInt8], limits: HTTPLimits = .init(), cutEvery step: Int = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [HTTPRequestParser.Event] {
    let whole = events(of: [bytes[...]], limits: limits)
    if events(of: bytes.indices.map { bytes[$0...$0] }, limits: limits) != whole {
      Issue.record("other events byte by byte", sourceLocation: sourceLocation)
    }
    for cut in stride(from: 0, through: bytes.count, by: step)
    where events(of: [bytes[..<cut], bytes[cut...]], limits: limits) != whole {
      Issue.record("other events when cut at \(cut)", sourceLocation: sourceLocation)
    }
    return whole
  }

  static func events(
    _ text: String, limits: HTTPLimits = .init(), sourceLocation: SourceLocation = #_sourceLocation
  ) -> [HTTPRequestParser.Event] {
    events([UInt8](text.utf8), limits: limits, sourceLocation: sourceLocation)
  }

  /// The requests of a stream without faults.
  static func requests(
    _ text: String, limits: HTTPLimits = .init(), sourceLocation: SourceLocation = #_sourceLocation
  ) -> [HTTPRequest] {
    events(text, limits: limits, sourceLocation: sourceLocation).compactMap {
      switch $0 {
      case .request(let request): return request
      case .expectsContinue: return nil
      case .needMore, .failure:
        Issue.record("a request was expected, not \($0)", sourceLocation: sourceLocation)
        return nil
      }
    }
  }

  /// The only request of a stream.
  static func request(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> HTTPRequest {
    let all = requests(text, sourceLocation: sourceLocation)
    return try #require(all.count == 1 ? all.first : nil, sourceLocation: sourceLocation)
  }

  /// Whether a stream is one request and nothing else; for long ones, which are not cut everywhere.
  static func isAccepted(
    _ text: String, cutEvery step: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) -> Bool {
    let all = events([UInt8](text.utf8), cutEvery: step, sourceLocation: sourceLocation)
    guard all.count == 1, case .request = all[0] else { return false }
    return true
  }

  /// The status of the fault a stream ends with, when nothing was taken for a request before it.
  static func refusal(
    _ bytes: [UInt8], limits: HTTPLimits = .init(), cutEvery step: Int = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Int? {
    let all = events(bytes, limits: limits, cutEvery: step, sourceLocation: sourceLocation)
      .filter { $0 != .expectsContinue }
    guard all.count == 1, case .failure(let fault) = all[0] else { return nil }
    return fault.status.code
  }

  static func refusal(
    _ text: String, limits: HTTPLimits = .init(), sourceLocation: SourceLocation = #_sourceLocation
  ) -> Int? {
    refusal([UInt8](text.utf8), limits: limits, sourceLocation: sourceLocation)
  }

  /// A GET with a Host and the given further field lines.
  static func get(_ fields: String = "", target: String = "/") -> String {
    "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
  }

  /// A POST with a Host and the given further field lines and body.
  static func post(_ fields: String, _ body: String = "") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
  }

  /// A POST with a chunked body.
  static func chunked(_ body: String) -> String {
    post("Transfer-Encoding: chunked\r\n", body)
  }

  /// The events of a stream that comes in these pieces, up to the first fault.
  static func events(of pieces: [ArraySlice<UInt8>], limits: HTTPLimits = .init()) -> [HTTPRequestParser.Event] {
    var parser = HTTPRequestParser(limits: limits)
    var events: [HTTPRequestParser.Event] = []
    for piece in pieces {
      piece.withUnsafeBytes { parser.append($0) }
      reading: while true {
        let event = parser.next()
        switch event {
        case .needMore: break reading
        case .failure:
          events.append(event)
          return events
        case .expectsContinue, .request: events.append(event)
        }
      }
    }
    return events
  }
}
