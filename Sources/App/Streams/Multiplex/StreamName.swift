internal import Wire

/// What a stream's name in a command of the multiplex stands for.
enum StreamTarget: Sendable {
  /// A stream of one instrument.
  case stream(StreamRequest)
  /// A stream of several exchanges.
  case feed(FeedRequest)
  /// The changes of all lists of instruments.
  case listings
}

/// Reads names of streams: each is what stands behind `/ws/` in the address of the same stream, with its query. The
/// changes of instrument lists have a name alone.
struct StreamNames: Sendable {
  private enum Pattern { case stream, feed, own(PublicFeed), listings }

  /// A stream that has no address of its own.
  private static let listings = "/ws/instruments"

  private let reader: StreamReader
  private let limits: MultiplexLimits
  private let router: Router<Pattern>

  init(_ reader: StreamReader, limits: MultiplexLimits) {
    self.reader = reader
    self.limits = limits
    var router = Router<Pattern>()
    router.add(.get, StreamCatalog.pattern, .stream)
    router.add(.get, PublicFeed.pattern, .feed)
    for feed in reader.feeds where !feed.isOfPattern { router.add(.get, feed.path, .own(feed)) }
    router.add(.get, StreamNames.listings, .listings)
    self.router = router
  }

  /// What a name stands for. The symbol is not looked up yet.
  func target(_ name: String) throws(APIError) -> StreamTarget {
    guard name.utf8.count <= limits.streamBytes else {
      throw APIError(.invalidParameter, "a stream's name has at most \(limits.streamBytes) bytes")
    }
    let parts = name.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let query = HTTPQuery(parsing: parts.count == 2 ? parts[1] : "") else {
      throw APIError(.badRequest, "the query is not percent-encoded correctly")
    }
    switch router.match(.get, path: "/ws/\(parts.first ?? "")") {
    case .found(.stream, let path): return .stream(try reader.stream(path, query))
    case .found(.feed, let path): return .feed(try reader.feed(path, query))
    case .found(.own(let feed), _): return .feed(try reader.feed(feed, query))
    case .found(.listings, _): return .listings
    case .malformed: throw APIError(.badRequest, "the stream's name is not percent-encoded correctly")
    case .methodNotAllowed, .notFound:
      throw APIError(.notFound, "there is no such stream; available: \(patterns.joined(separator: ", "))")
    }
  }

  /// The forms names have.
  var patterns: [String] { router.patterns.map { String($0.pattern.dropFirst("/ws/".count)) } }
}
