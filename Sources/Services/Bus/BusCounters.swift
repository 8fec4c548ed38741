public import Telemetry

/// What is counted of an exchange's topics.
public struct BusCounters: Sendable {
  let events: Counter
  let encodings: Counter
  let lateCandles: Counter
  let missingCandles: Counter
  let backfills: Counter
  let revisions: Counter
  let tradeBackfills: Counter
  let failedBackfills: Counter
  let repeatedTrades: Counter
  let otherQuotes: Counter

  /// The counters of an exchange, registered under its name.
  public init(_ registry: MetricsRegistry, exchange: String) {
    func counter(_ name: String, _ help: String) -> Counter {
      registry.counter("marketgate_\(name)_total", help: help, labels: ["exchange": exchange])
    }
    events = counter("published_events", "Events published to clients' topics.")
    encodings = counter("encodings", "Encodings of events: one for each form that somebody reads.")
    lateCandles = counter("late_candles", "Candles that came after their final, or out of order; left out.")
    missingCandles = counter("missing_candles", "Closed candles that streams went on without.")
    revisions = counter("revisions", "Finals that came again with other values, or late.")
    tradeBackfills = counter("trade_backfills", "Pages of missing trades that were asked for over REST.")
    failedBackfills = counter("failed_backfills", "Questions for what a stream is missing that were not answered.")
    repeatedTrades = counter("repeated_trades", "Trades that had been handed on already; left out.")
    otherQuotes = counter(
      "feed_other_quotes", "Events left out of the feeds of all instruments, as their quote is no dollar.")
    backfills = counter("candle_backfills", "Holes in a candle stream that were asked for over REST.")
  }
}
