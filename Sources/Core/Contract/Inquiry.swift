/// A question to an exchange, with the way to read its answer: the two belong together and are written side by side.
public struct Inquiry<Answer: Sendable>: Sendable {
  /// What must be asked; asked at the same time, answered in this order.
  public let requests: [UpstreamRequest]
  /// How many of the requests, from the first, must succeed. When a later one fails, `read` gets
  /// `UpstreamReply.missing` in its place, for an answer that is less but still true.
  public let required: Int
  /// Where the exchange gives its answer in pages: the request for the page after a reply, `nil` after the last one.
  /// `read` then gets all pages in order.
  public let next: (@Sendable (UpstreamReply) -> UpstreamRequest?)?
  private let reader: Reader

  /// How replies are read. The closures given are kept as they are, in no closure of ours: one that is wrapped so and captures
  /// nothing is specialised by the optimiser of Swift 6.3, which then writes the error it throws to a place that is none.
  private enum Reader: Sendable {
    /// The one reply.
    case one(@Sendable (UpstreamReply) throws(ExchangeError) -> Answer)
    /// A reply a request.
    case all(@Sendable ([UpstreamReply]) throws(ExchangeError) -> Answer)
    /// A reply a page.
    case pages(@Sendable ([UpstreamReply]) throws(ExchangeError) -> Answer)
  }

  /// A question of one request.
  public init(
    _ request: UpstreamRequest, read: @escaping @Sendable (UpstreamReply) throws(ExchangeError) -> Answer
  ) {
    requests = [request]
    required = 1
    next = nil
    reader = .one(read)
  }

  /// A question of several requests, of which the first `required` must succeed; all of them when it is `nil`.
  public init(
    _ requests: [UpstreamRequest], required: Int? = nil,
    readAll: @escaping @Sendable ([UpstreamReply]) throws(ExchangeError) -> Answer
  ) {
    self.requests = requests
    self.required = required ?? requests.count
    next = nil
    reader = .all(readAll)
  }

  /// A question whose answer comes in pages, each of which tells where the next one is.
  public init(
    pagesFrom request: UpstreamRequest, next: @escaping @Sendable (UpstreamReply) -> UpstreamRequest?,
    readAll: @escaping @Sendable ([UpstreamReply]) throws(ExchangeError) -> Answer
  ) {
    requests = [request]
    required = 1
    self.next = next
    reader = .pages(readAll)
  }

  /// Reads the replies, one a request. Called only when none of the required ones is a failure of its own.
  ///
  /// - Throws: also when they are not as many as were asked for.
  public func read(_ replies: [UpstreamReply]) throws(ExchangeError) -> Answer {
    switch reader {
    case .one(let read):
      guard replies.count == 1 else { throw .malformed("one reply was expected, \(replies.count) came") }
      return try read(replies[0])
    case .all(let read):
      guard replies.count == requests.count else {
        throw .malformed("\(requests.count) replies were expected, \(replies.count) came")
      }
      return try read(replies)
    case .pages(let read):
      guard !replies.isEmpty else { throw .malformed("a reply was expected, none came") }
      return try read(replies)
    }
  }
}
