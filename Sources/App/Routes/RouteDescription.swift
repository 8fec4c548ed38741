internal import PublicJSON
internal import Wire

/// A route as people and programs read it.
struct RouteDescription: Sendable {
  /// What it answers with.
  enum Answer: Sendable {
    case json(JSONSchema)
    /// Anything else, by its media type.
    case other(String)
  }

  /// What the router matches.
  let pattern: String
  /// What the document names: the pattern, or one path for each exchange that declares the route.
  let paths: [String]
  let summary: String
  let parameters: [RouteParameter]
  let answer: Answer
  /// What is answered when there is no answer; besides these any route may meet a fault of HTTP.
  let failures: [APIError.Code]

  init(
    _ pattern: String, paths: [String]? = nil, _ summary: String, parameters: [RouteParameter] = [], answer: Answer,
    failures: [APIError.Code] = []
  ) {
    self.pattern = pattern
    self.paths = paths ?? [pattern]
    self.summary = summary
    self.parameters = parameters
    self.answer = answer
    self.failures = failures
  }

  /// What any question to an exchange can come to.
  static let upstreamFailures: [APIError.Code] = [
    .upstreamError, .upstreamBlocked, .upstreamUnavailable, .upstreamLimited, .upstreamTimeout,
  ]

  /// What a question about one instrument can come to.
  static let marketFailures: [APIError.Code] =
    [.unknownExchange, .unknownSymbol, .unsupported, .invalidParameter] + upstreamFailures
}

/// Every route once: the router finds them here, the documents are made of it.
struct RouteTable: Sendable {
  private(set) var router = Router<RouteHandler>()
  /// In the order they were added.
  private(set) var descriptions: [RouteDescription] = []

  /// Adds a route that is asked with GET and HEAD.
  mutating func add(_ description: RouteDescription, _ handler: @escaping RouteHandler) {
    router.add(.get, description.pattern, handler)
    descriptions.append(description)
  }

  /// Adds a route that belongs to another and needs no document of its own: a page's parts; a stream, which
  /// `/ws-catalog` describes.
  mutating func addPart(_ pattern: String, _ handler: @escaping RouteHandler) {
    router.add(.get, pattern, handler)
  }
}
