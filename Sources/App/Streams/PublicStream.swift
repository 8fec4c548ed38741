internal import Contract
internal import Model
internal import PublicJSON
internal import Services

/// A stream clients can open below an exchange and a symbol: what it is called, what it carries, in which form.
struct PublicStream: Sendable {
  /// The last part of the path.
  let name: String
  /// What the exchange must be able to do.
  let feature: Capabilities.Features
  /// The shape of its messages.
  let form: EventForm
  /// The channel it reads; candles take their interval from the query.
  let channel: @Sendable (Interval) -> Channel
  /// Query parameters with a sentence each.
  let query: [(name: String, help: String)]
  /// One sentence.
  let help: String

  /// Whether events below `min_value_usd` can be left out.
  var hasMinimum: Bool { query.contains { $0.name == "min_value_usd" } }
  /// Whether it has an interval.
  var hasInterval: Bool { query.contains { $0.name == "interval" } }

  /// All streams.
  static let all = [
    PublicStream(
      name: "ohlc", feature: .ohlc, form: .candle, channel: { .candles($0) },
      query: [
        ("interval", "a candle interval of the exchange; default 1m"),
        ("closed_only", "1: only the final of each candle"),
        ("conflate", "milliseconds, 50 to 60000: of an open candle at most one state in that time, the latest"),
      ],
      help: "the current candle at once, then every update; one message with is_closed true a candle"),
    PublicStream(
      name: "trades", feature: .trades, form: .trade, channel: { _ in .trades }, query: [], help: "every trade"),
    PublicStream(
      name: "large_trades", feature: .largeTrades, form: .largeTrade, channel: { _ in .trades },
      query: [("min_value_usd", "the least value; default LARGE_TRADE_THRESHOLD_USD")],
      help: "trades of at least a value"),
    PublicStream(
      name: "liquidations", feature: .liquidations, form: .liquidation, channel: { _ in .liquidations },
      query: [("min_value_usd", "the least value; default 0")],
      help: "side sell: a long was liquidated; buy: a short"),
  ]
}
