internal import Model

/// Which of two connections that carry the same topics.
enum OverlapLane {
  /// The one that goes.
  case old
  /// The one that takes its place.
  case new
}

/// Remembers the trades and liquidations that two connections brought: each is news once, from whichever lane it comes first.
///
/// A trade is known by its time and id. A liquidation has no id: two equal ones of one connection are two, so each is news
/// as often as one of the connections brought it.
struct OverlapMemory {
  /// Events remembered: what a busy exchange sends in some seconds.
  static let remembered = 65_536

  private enum Key: Hashable {
    // An exchange's id may be unique only together with the time.
    case trade(symbol: String, time: Timestamp, id: Trade.ID)
    case liquidation(
      symbol: String, time: Timestamp, side: PositionSide, price: FixedDecimal, quantity: FixedDecimal)

    init?(_ event: MarketEvent) {
      switch event {
      case .trade(let trade):
        self = .trade(symbol: trade.instrument.symbol, time: trade.exchangeTime, id: trade.id)
      case .liquidation(let event):
        self = .liquidation(
          symbol: event.instrument.symbol, time: event.exchangeTime, side: event.liquidated, price: event.price,
          quantity: event.quantity)
      case .candle: return nil
      }
    }

    var isUnique: Bool {
      if case .trade = self { true } else { false }
    }
  }

  /// How often each lane brought an event.
  private struct Count {
    var old = 0
    var new = 0
  }

  private let limit: Int
  private var counts: [Key: Count] = [:]
  /// The keys in the order they came; a ring once it is full.
  private var order: [Key] = []
  private var oldest = 0

  init(limit: Int = OverlapMemory.remembered) {
    self.limit = max(1, limit)
  }

  /// Whether an event is to be handed on; a candle always is.
  mutating func receive(_ event: MarketEvent, from lane: OverlapLane) -> Bool {
    guard let key = Key(event) else { return true }
    guard var count = counts[key] else {
      remember(key)
      counts[key] = lane == .old ? Count(old: 1) : Count(new: 1)
      return true
    }
    if key.isUnique { return false }
    let handedOn = max(count.old, count.new)
    switch lane {
    case .old: count.old += 1
    case .new: count.new += 1
    }
    counts[key] = count
    return max(count.old, count.new) > handedOn
  }

  /// Whether an event was brought by either lane.
  func knows(_ event: MarketEvent) -> Bool {
    Key(event).map { counts[$0] != nil } ?? false
  }

  private mutating func remember(_ key: Key) {
    guard order.count >= limit else { return order.append(key) }
    counts[order[oldest]] = nil
    order[oldest] = key
    oldest = (oldest + 1) % limit
  }
}
