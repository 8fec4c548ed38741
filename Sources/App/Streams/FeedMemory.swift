internal import Model
internal import Net
internal import Services
internal import Sessions

/// What is remembered of the feeds that are followed from the start, so that their past can be asked for.
///
/// Crosses threads: the publisher of the feeds writes, the routes read. Each part stands behind a lock that is held for a
/// batch or a search; sums are folded from a copy.
final class FeedMemory: FeedObserver, Sendable {
  /// The most liquidations.
  static let liquidationLimit = 10_000
  /// The most large trades.
  static let largeTradeLimit = 10_000
  /// The most spikes.
  static let spikeLimit = 1000

  private struct Liquidations {
    var record: FeedRecord<Liquidation>
    var totals = LiquidationTotals()
  }

  private let liquidations: Lock<Liquidations>?
  private let largeTrades: Lock<FeedRecord<Trade>>?
  private let spikes: Lock<FeedRecord<Spike>>?
  private let threshold: FixedDecimal
  private let clock: any TimeSource

  /// A memory of the feeds that are kept, with the exchanges of each. Of trades those worth less than `threshold` are left
  /// out: all of them would be a moment's worth.
  init(keeping feeds: [Feed: [ExchangeID]], largeTradesFrom threshold: FixedDecimal, clock: any TimeSource) {
    liquidations = feeds[.liquidations].map {
      Lock(Liquidations(record: FeedRecord(limit: FeedMemory.liquidationLimit, exchanges: $0)))
    }
    largeTrades = feeds[.largeTrades].map { Lock(FeedRecord(limit: FeedMemory.largeTradeLimit, exchanges: $0)) }
    spikes = feeds[.spikes].map { Lock(FeedRecord(limit: FeedMemory.spikeLimit, exchanges: $0)) }
    self.threshold = threshold
    self.clock = clock
  }

  /// A memory of what the settings name of some feeds.
  convenience init(_ feeds: [PublicFeed], _ configuration: Configuration, clock: any TimeSource) {
    let kept = feeds.filter { configuration.feedsKept.contains($0.feed) }
    self.init(
      keeping: Dictionary(kept.map { ($0.feed, $0.exchanges) }, uniquingKeysWith: { first, _ in first }),
      largeTradesFrom: configuration.largeTradeThreshold, clock: clock)
  }

  /// The feeds that are kept.
  var feeds: Set<Feed> { Set(Feed.allCases.filter(keeps)) }

  // MARK: FeedObserver

  func observe(_ events: [BusEvent], of feed: Feed) {
    let now = clock.wallClock
    switch feed {
    case .liquidations:
      liquidations?.withLock { kept in
        for case .market(.liquidation(let liquidation)) in events {
          kept.record.begin(liquidation.instrument.exchange, at: now)
          kept.record.observe(liquidation, at: now)
          kept.totals.observe(liquidation, now: now)
        }
      }
    case .largeTrades: observe(trades: events, now)
    case .spikes:
      spikes?.withLock { record in
        for case .spike(let spike) in events {
          record.begin(spike.instrument.exchange, at: now)
          record.observe(spike, at: now)
        }
      }
    case .instruments, .gaps: break
    }
  }

  /// Any trade shows that its exchange is there; a large one is kept.
  private func observe(trades events: [BusEvent], _ now: Timestamp) {
    guard let largeTrades else { return }
    let large = events.filter { $0.notional.map { $0 >= threshold } ?? false }
    largeTrades.withLock { record in
      if let first = events.first { record.begin(first.exchange, at: now) }
      for case .market(.trade(let trade)) in large { record.observe(trade, at: now) }
    }
  }

  func observe(_ notice: StreamNotice, of feed: Feed) {
    let now = clock.wallClock
    switch feed {
    case .liquidations: liquidations?.withLock { $0.record.observe(notice, at: now) }
    case .largeTrades: largeTrades?.withLock { $0.observe(notice, at: now) }
    case .spikes: spikes?.withLock { $0.observe(notice, at: now) }
    case .instruments, .gaps: break
    }
  }

  // MARK: For the routes

  /// Whether the past of a feed is kept.
  func keeps(_ feed: Feed) -> Bool {
    switch feed {
    case .liquidations: liquidations != nil
    case .largeTrades: largeTrades != nil
    case .spikes: spikes != nil
    case .instruments, .gaps: false
    }
  }

  /// The newest liquidations; `nil` when they are not kept.
  func liquidations(_ selection: FeedSelection, limit: Int) -> FeedRecord<Liquidation>.Past? {
    let now = clock.wallClock
    return liquidations?.withLock { kept in
      for exchange in selection.connected { kept.record.begin(exchange, at: now) }
      return kept.record.past(of: selection.exchanges, limit: limit) {
        selection.holds($0.instrument) && selection.reaches($0.notional)
      }
    }
  }

  /// The newest large trades; `nil` when they are not kept.
  func largeTrades(_ selection: FeedSelection, limit: Int) -> FeedRecord<Trade>.Past? {
    let now = clock.wallClock
    return largeTrades?.withLock { record in
      for exchange in selection.connected { record.begin(exchange, at: now) }
      return record.past(of: selection.exchanges, limit: limit) {
        selection.holds($0.instrument) && selection.reaches($0.notional)
      }
    }
  }

  /// The newest spikes, of one timeframe or all; `nil` when they are not kept. No stream breaks and comes back: an exchange
  /// that cannot be asked now is broken now.
  func spikes(_ selection: FeedSelection, timeframe: Interval?, limit: Int) -> FeedRecord<Spike>.Past? {
    let now = clock.wallClock
    return spikes?.withLock { record in
      for exchange in selection.exchanges {
        record.see(exchange, isThere: selection.connected.contains(exchange), at: now)
      }
      return record.past(of: selection.exchanges, limit: limit) {
        selection.holds($0.instrument) && (timeframe == nil || $0.timeframe == timeframe)
      }
    }
  }

  /// The sums of liquidations by exchange from a minute on, and how the exchanges stand; `nil` when they are not kept.
  func sums(
    of selection: FeedSelection, since start: Timestamp
  ) -> (
    sums: [ExchangeID: LiquidationTotals.ExchangeSums],
    standings: [(exchange: ExchangeID, standing: FeedCoverage.Standing)]
  )? {
    let now = clock.wallClock
    let copy = liquidations?.withLock { kept in
      for exchange in selection.connected { kept.record.begin(exchange, at: now) }
      return (kept.totals, kept.record.standings(of: selection.exchanges, from: start))
    }
    guard let (totals, standings) = copy else { return nil }
    return (totals.sums(since: start), standings)
  }
}
