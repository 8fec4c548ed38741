public import Model

/// What is known to be missing in the memory of a feed, exchange by exchange. Pure; time is an argument.
public struct FeedCoverage: Sendable {
  /// A span in which nothing came from an exchange, though it may have happened.
  public struct Gap: Sendable, Equatable {
    /// When its stream broke.
    public let from: Timestamp
    /// When it came back.
    public let until: Timestamp

    /// A span.
    public init(from: Timestamp, until: Timestamp) {
      self.from = from
      self.until = until
    }
  }

  /// What is known of one exchange.
  public struct Standing: Sendable, Equatable {
    /// Since when it has been followed, but for the gaps; `nil` when it has not been heard yet.
    public var since: Timestamp?
    /// Since when its stream is broken; `nil` while it is whole.
    public var brokenSince: Timestamp?
    /// Spans in between that are missing, in their order.
    public var gaps: [Gap] = []

    /// Nothing known.
    public init() {}

    /// Whether its events come now.
    public var isFollowed: Bool { since != nil && brokenSince == nil }

    /// The same as seen by whoever wants to know of the time from an instant on.
    public func since(_ start: Timestamp) -> Standing {
      var standing = self
      standing.since = since.map { max($0, start) }
      standing.gaps = gaps.filter { $0.until > start }
      return standing
    }
  }

  /// The most gaps that are remembered of an exchange: with one more, its memory begins after the oldest.
  public static let gapLimit = 32

  /// The exchanges of the feed, in its order.
  public let exchanges: [ExchangeID]
  private var standings: [ExchangeID: Standing] = [:]

  /// A feed of some exchanges, none of them heard yet.
  public init(_ exchanges: [ExchangeID]) {
    self.exchanges = exchanges
  }

  /// How an exchange stands.
  public func standing(of exchange: ExchangeID) -> Standing { standings[exchange] ?? Standing() }

  /// An exchange was seen to be there; counts the first time.
  public mutating func begin(_ exchange: ExchangeID, at time: Timestamp) {
    guard exchanges.contains(exchange), standings[exchange]?.since == nil else { return }
    standings[exchange, default: Standing()].since = time
  }

  /// The stream of an exchange broke.
  public mutating func interrupt(_ exchange: ExchangeID, since time: Timestamp) {
    guard let standing = standings[exchange], standing.brokenSince == nil else { return }
    standings[exchange]?.brokenSince = time
  }

  /// It came back.
  public mutating func restore(_ exchange: ExchangeID, at time: Timestamp) {
    guard let from = standings[exchange]?.brokenSince else { return }
    standings[exchange]?.brokenSince = nil
    note(Gap(from: from, until: max(from, time)), of: exchange)
  }

  /// Something that happened in a span is missing and will not follow.
  public mutating func note(_ gap: Gap, of exchange: ExchangeID) {
    guard var standing = standings[exchange] else { return }
    standing.gaps.append(gap)
    if standing.gaps.count > FeedCoverage.gapLimit {
      standing.since = max(standing.since ?? .epoch, standing.gaps.removeFirst().until)
    }
    standings[exchange] = standing
  }
}
