public import Model

/// What is remembered of one feed: its newest events, and what is known to be missing among them. A pure fold; time is an
/// argument.
public struct FeedRecord<Event: Sendable>: Sendable {
  /// An answer about the past.
  public struct Past: Sendable {
    /// In the order they were received.
    public let events: [Event]
    /// How each exchange that was asked about stands, seen from where these events begin.
    public let standings: [(exchange: ExchangeID, standing: FeedCoverage.Standing)]
  }

  private var events: RecentEvents<Event>
  private var coverage: FeedCoverage

  /// Nothing yet: up to so many events of some exchanges.
  public init(limit: Int, exchanges: [ExchangeID]) {
    events = RecentEvents(limit: limit)
    coverage = FeedCoverage(exchanges)
  }

  /// An exchange was seen to be there: by its events, or by its connection.
  public mutating func begin(_ exchange: ExchangeID, at time: Timestamp) {
    coverage.begin(exchange, at: time)
  }

  /// An exchange was seen to be there or not: for a feed that is made without streams, of which nothing is told.
  public mutating func see(_ exchange: ExchangeID, isThere: Bool, at time: Timestamp) {
    if isThere {
      coverage.begin(exchange, at: time)
      coverage.restore(exchange, at: time)
    } else {
      coverage.interrupt(exchange, since: time)
    }
  }

  /// Takes an event.
  public mutating func observe(_ event: Event, at time: Timestamp) {
    events.observe(event, at: time)
  }

  /// Takes what is told of an exchange's stream.
  public mutating func observe(_ notice: StreamNotice, at time: Timestamp) {
    switch notice.kind {
    case .stale: coverage.interrupt(notice.exchange, since: notice.since)
    case .recovered: coverage.restore(notice.exchange, at: time)
    case .gap(let until): coverage.note(FeedCoverage.Gap(from: notice.since, until: until), of: notice.exchange)
    }
  }

  /// The newest events that match, so many at most.
  public func past(
    of exchanges: [ExchangeID], limit: Int, where matches: (Event) -> Bool
  ) -> Past {
    let selection = events.newest(limit, where: matches)
    return Past(events: selection.events, standings: standings(of: exchanges, from: selection.since))
  }

  /// How exchanges stand, for whoever wants to know of the time from an instant on.
  public func standings(
    of exchanges: [ExchangeID], from start: Timestamp? = nil
  ) -> [(exchange: ExchangeID, standing: FeedCoverage.Standing)] {
    exchanges.map { exchange in
      let standing = coverage.standing(of: exchange)
      return (exchange, start.map(standing.since) ?? standing)
    }
  }
}
