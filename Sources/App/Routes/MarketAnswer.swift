internal import Wire

/// An encoded answer, with what must be known to serve it again.
struct MarketAnswer: Sendable {
  /// JSON, encoded, tagged and compressed once for all who get it.
  let representation: HTTPRepresentation
  /// When the exchange was asked, in monotonic milliseconds.
  let asked: Int64
  /// For how long it may be served from then on, in milliseconds; 0 for whoever has asked at that time only.
  let freshness: Int64
  /// The exchange no longer had all of what was asked.
  let isTruncated: Bool

  init(body: SharedBytes, asked: Int64, freshness: Int64, isTruncated: Bool = false) {
    representation = HTTPRepresentation(body)
    self.asked = asked
    self.freshness = freshness
    self.isTruncated = isTruncated
  }

  /// The JSON.
  var body: SharedBytes { representation.plain }

  /// Whether it may still be served.
  func isFresh(now: Int64) -> Bool { now - asked < freshness }

  /// The answer as it is sent now. `Age` and `max-age` are both in whole seconds, cut off (RFC 9111 §5.1, §5.2.2.1).
  func response(now: Int64) -> HTTPResponse {
    var headers = HTTPHeaders()
    headers.add("Content-Type", "application/json")
    let lifetime = freshness / 1000
    headers.add("Cache-Control", lifetime > 0 ? "max-age=\(lifetime)" : "no-cache")
    headers.add("Age", String(max(0, now - asked) / 1000))
    if isTruncated { headers.add("X-Coverage", "truncated") }
    return HTTPResponse(.ok, headers: headers, body: .representation(representation))
  }
}
