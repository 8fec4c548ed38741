internal import Wire

/// An encoded answer, with what must be known to serve it again.
struct MarketAnswer: Sendable {
  /// JSON, encoded once for all who get it.
  let body: SharedBytes
  /// When the exchange was asked, in monotonic milliseconds.
  let asked: Int64
  /// For how long it may be served from then on, in milliseconds; 0 for whoever has asked at that time only.
  let freshness: Int64
  /// The exchange no longer had all of what was asked.
  var isTruncated = false

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
    return HTTPResponse(.ok, headers: headers, body: .shared(body))
  }
}
