internal import Contract
internal import Model
internal import PublicJSON
public import Services

/// What the bus is asked for on behalf of a client.
public struct StreamWish: Sendable {
  /// What it is about.
  public let topic: BusTopic
  /// The shape a stream of its own has.
  public let form: EventForm
  /// Which events of it.
  public let filter: EventFilter
  /// At most one open candle in so many milliseconds; `nil` for all.
  public let conflationMilliseconds: Int64?

  /// A wish of the given properties.
  public init(topic: BusTopic, form: EventForm, filter: EventFilter, conflationMilliseconds: Int64?) {
    self.topic = topic
    self.form = form
    self.filter = filter
    self.conflationMilliseconds = conflationMilliseconds
  }
}

extension StreamRequest {
  /// The wish, once the symbol has been found.
  func wish(_ match: InstrumentMatch) -> StreamWish {
    StreamWish(
      topic: .market(Topic(stream.channel(interval), of: match.instrument)), form: stream.form.naming(match.pair),
      filter: EventFilter(minimumNotional: minimumNotional, closedOnly: pace.closedOnly),
      conflationMilliseconds: pace.conflationMilliseconds)
  }
}

extension FeedRequest {
  /// The wish.
  var wish: StreamWish {
    StreamWish(topic: .feed(feed.feed), form: feed.form, filter: filter, conflationMilliseconds: nil)
  }
}

extension StreamTarget {
  /// The wish; `nil` while the symbol it needs has not been found.
  func wish(_ match: InstrumentMatch?) -> StreamWish? {
    switch self {
    case .stream(let request): match.map(request.wish)
    case .feed(let request): request.wish
    case .named(let named):
      StreamWish(topic: .feed(named.feed), form: named.form, filter: .all, conflationMilliseconds: nil)
    }
  }
}
