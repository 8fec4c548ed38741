import Wire

/// What a request gets.
struct RecordedReply: Sendable, Equatable {
  var status: Int
  var contentType: String
  var body: [UInt8]
  /// What it costs of the exchange's budget.
  var weight: Int64
}

extension Recording {
  /// The answer to a request at an instant. `query` gives the value of a parameter in the address; one in a JSON body
  /// is named by its path, with points.
  func answer(_ method: String, _ path: String, query: (String) -> String?, body: [UInt8], now: Int64) -> RecordedReply
  {
    let document = body.isEmpty ? nil : try? JSONValue(parsing: body)
    let route = routes.first { route in
      route.method == method && route.path == path
        && route.body.allSatisfy { document?.member(at: $0.path)?.string == $0.text }
    }
    guard let route else { return reply(notFound, now: now) }
    do {
      let query = try RecordedQuery(route.parameters, of: self) { name in
        query(name) ?? document?.member(at: name.split(separator: ".").map(String.init))?.scalarText
      }
      return RecordedReply(
        status: 200, contentType: contentType, body: route.answer.body(query, instruments: instruments, now: now),
        weight: route.weight(query))
    } catch {
      return reply(error, now: now)
    }
  }

  /// An answer that refuses.
  func reply(_ refusal: RecordedRefusal, now: Int64) -> RecordedReply {
    var scope = LayoutScope(now: now)
    scope.parameter = refusal.parameter
    return RecordedReply(
      status: refusal.status, contentType: refusal.contentType ?? contentType, body: refusal.layout.bytes(scope),
      weight: 1)
  }
}

extension JSONValue {
  /// The text of a string or the digits of a number.
  fileprivate var scalarText: String? {
    switch self {
    case .string(let text), .number(let text): text
    default: nil
    }
  }
}
