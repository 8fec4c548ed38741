internal import Sessions
internal import Wire

/// An encoded answer, with what must be known to serve it again.
struct MarketAnswer: Sendable {
  /// JSON, encoded, tagged and compressed once for all who get it.
  let representation: HTTPRepresentation
  /// When the exchange was asked, in monotonic milliseconds.
  let asked: Int64
  /// For how long it may be served from then on, in milliseconds; 0 for whoever has asked at that time only.
  let freshness: Int64
  /// What of the range that was asked for is not in it.
  let coverage: HistoryCoverageField

  init(
    body: SharedBytes, asked: Int64, freshness: Int64, coverage: HistoryCoverageField = HistoryCoverageField()
  ) {
    representation = HTTPRepresentation(body)
    self.asked = asked
    self.freshness = freshness
    self.coverage = coverage
  }

  /// The JSON.
  var body: SharedBytes { representation.plain }

  /// Whether it may still be served.
  func isFresh(now: Int64) -> Bool { now - asked < freshness }

  /// The answer to a request, which holds for the same request while `find` gives it.
  func routeAnswer(
    _ clock: any TimeSource, _ find: @escaping @Sendable (Int64) -> MarketAnswer?
  ) -> RouteAnswer {
    let (tag, freshness) = (representation.tag, freshness)
    return .kept(response(now: clock.monotonicMilliseconds)) {
      let now = clock.monotonicMilliseconds
      guard let found = find(now), found.freshness == freshness, found.representation.tag == tag else { return nil }
      return AgedRepresentation(representation: found.representation, age: found.age(now: now))
    }
  }

  /// In whole seconds, cut off.
  private func age(now: Int64) -> Int64 { max(0, now - asked) / 1000 }

  /// The answer as it is sent now. `Age` and `max-age` are both in whole seconds, cut off (RFC 9111 §5.1, §5.2.2.1).
  func response(now: Int64) -> HTTPResponse {
    var headers = HTTPHeaders()
    headers.add("Content-Type", "application/json")
    let lifetime = freshness / 1000
    headers.add("Cache-Control", lifetime > 0 ? "max-age=\(lifetime)" : "no-cache")
    headers.add("Age", String(age(now: now)))
    if let text = coverage.text { headers.add("X-Coverage", text) }
    return HTTPResponse(.ok, headers: headers, body: .representation(representation))
  }
}
