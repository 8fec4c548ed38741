internal import PublicJSON
internal import Services
internal import Wire

/// What a stream's name in a command of the multiplex stands for.
enum StreamTarget: Sendable {
  /// A stream of one instrument.
  case stream(StreamRequest)
  /// A stream of several exchanges.
  case feed(FeedRequest)
  /// A stream that has a name alone.
  case named(NamedFeed)
}

/// A feed that has no address of its own.
struct NamedFeed: Sendable {
  /// What clients call it.
  let name: String
  /// What it is on the bus.
  let feed: Feed
  /// The shape of its messages.
  let form: EventForm

  /// The changes of all lists of instruments, and the gaps of all streams.
  static let all = [
    NamedFeed(name: "instruments", feed: .instruments, form: .listing),
    NamedFeed(name: "gaps", feed: .gaps, form: .gap),
  ]
}

/// Reads names of streams: each is what stands behind `/ws/` in the address of the same stream, with its query. Some have
/// a name alone.
struct StreamNames: Sendable {
  private enum Pattern { case stream, feed, own(PublicFeed), named(NamedFeed) }

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
    for named in NamedFeed.all { router.add(.get, "/ws/\(named.name)", .named(named)) }
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
    case .found(.named(let feed), _): return .named(feed)
    case .malformed: throw APIError(.badRequest, "the stream's name is not percent-encoded correctly")
    case .methodNotAllowed, .notFound:
      throw APIError(.notFound, "there is no such stream; available: \(patterns.joined(separator: ", "))")
    }
  }

  /// The forms names have.
  var patterns: [String] { router.patterns.map { String($0.pattern.dropFirst("/ws/".count)) } }
}
