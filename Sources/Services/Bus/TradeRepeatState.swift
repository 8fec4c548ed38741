internal import Model

/// Decides which trades of one topic are news, on an exchange that begins a subscription with trades of before it.
///
/// To a topic that was not streamed before they are old, and left out. After a break they are what was missed: those
/// after the last one handed on follow it, each once. Any trade handed on before is left out however it comes again.
struct TradeRepeatState {
  /// Trades remembered: more than an exchange repeats.
  static let remembered = 64

  private struct Key: Equatable {
    let time: Timestamp
    let id: Trade.ID
  }

  private var recent: [Key] = []
  private var oldest = 0
  private var latest: Timestamp?

  /// Whether a trade is to be handed on.
  mutating func receive(_ trade: Trade) -> Bool {
    if trade.isRepeat {
      guard let latest, trade.exchangeTime >= latest else { return false }
    }
    // An exchange's id may be unique only together with the time.
    let key = Key(time: trade.exchangeTime, id: trade.id)
    guard !recent.contains(key) else { return false }
    if recent.count < TradeRepeatState.remembered {
      recent.append(key)
    } else {
      recent[oldest] = key
      oldest = (oldest + 1) % TradeRepeatState.remembered
    }
    latest = max(latest ?? trade.exchangeTime, trade.exchangeTime)
    return true
  }
}
