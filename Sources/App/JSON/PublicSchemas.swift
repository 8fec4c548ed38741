/// The schemas of the public API: what `EventEncoding`, `HistoryEncoding` and the routes write, member by member.
public enum PublicSchemas {
  /// Each schema with its name, in the order of the document.
  public static let all: [(name: String, schema: JSONSchema)] = [
    ("OHLC", candle), ("OpenInterest", openInterest), ("FundingRate", fundingRate), ("Instrument", instrument),
    ("InstrumentChange", instrumentChange),
    ("Liquidation", liquidation), ("LargeTrade", largeTrade), ("OISpike", spike), ("LiquidationSum", liquidationSum),
    ("LiquidationSummary", liquidationSummary), ("Gap", gap), ("Exchange", exchange),
    ("Error", error),
    ("ParameterFault", parameterFault),
  ]

  private static let identity: [JSONSchema.Member] = [
    .init("exchange", .string, "the exchange's name, in lower case"),
    .init("symbol", .string, "the exchange's own name of the instrument"),
  ]

  private static let traded: [JSONSchema.Member] = [
    .init("price", .number), .init("quantity", .number, "in the base asset"),
    .init("value", .nullable(.number), "price × quantity, exact, in the quote asset"),
  ]

  static let candle = JSONSchema.object(
    identity + [
      .init("timestamp", .time, "when the candle opened"), .init("interval", .string), .init("open", .number),
      .init("high", .number), .init("low", .number), .init("close", .number),
      .init("volume", .number, "in the base asset"),
      .init("quote_volume", .nullable(.number), "in the quote asset; null where the exchange does not give it"),
      .init("trades_count", .nullable(.integer), "null where the exchange does not give it"),
      .init("is_closed", .boolean, "true only when the candle is over"),
    ])

  static let openInterest = JSONSchema.object(
    identity + [
      .init("timestamp", .time), .init("open_interest", .number, "in the base asset, one side"),
      .init("open_interest_value", .nullable(.number), "in the quote asset; null where it cannot be known"),
    ])

  static let fundingRate = JSONSchema.object(
    identity + [
      .init("timestamp", .time, "the exchange's time; of a settled rate its settlement"),
      .init("funding_rate", .number, "a fraction for each interval"),
      .init("funding_time", .time, "the settlement; of the current rate the next one"),
      .init("interval_hours", .nullable(.integer), "hours between settlements; null where unknown"),
    ])

  private static let properties: [JSONSchema.Member] = [
    .init("base", .string), .init("quote", .string), .init("kind", .words(["perpetual", "future", "spot"])),
    .init("status", .string), .init("tick_size", .nullable(.number)), .init("step_size", .nullable(.number)),
    .init("contract_size", .nullable(.number), "base units a contract"),
    .init("funding_interval_hours", .nullable(.integer)),
  ]

  static let instrument = JSONSchema.object(identity + properties)

  static let instrumentChange = JSONSchema.object(
    identity + [
      .init("timestamp", .time, "when the list was received that shows it"),
      .init("change", .words(["listed", "changed", "delisted"])),
    ] + properties)

  static let liquidation = JSONSchema.object(
    identity + [
      .init("timestamp", .time), .init("side", .words(["buy", "sell"]), "sell: a long was liquidated; buy: a short"),
    ] + traded)

  static let largeTrade = JSONSchema.object(
    identity + [.init("timestamp", .time), .init("side", .words(["buy", "sell"]), "the taker's side")] + traded
      + [.init("is_buyer_maker", .boolean)])

  static let spike = JSONSchema.object(
    identity + [
      .init("timeframe", .words(["5m", "15m", "1h"]), "the length of the bar"),
      .init(
        "z_oi", .nullable(.number),
        "sample standard deviations of open interest above the mean of the 50 bars before; null where unknown"),
      .init("z_vol", .nullable(.number), "the same of quote volume"),
      .init("confirmed", .boolean, "whether both reach the threshold"),
      .init("timestamp", .time, "when the bar closed"),
    ])

  static let liquidationSum = JSONSchema.object([
    .init("count", .integer),
    .init("value", .nullable(.number), "the exact sum in dollars; null where one of the values cannot be known"),
  ])

  private static let sides: [JSONSchema.Member] = [
    .init("buy", .named("LiquidationSum"), "shorts that were liquidated"),
    .init("sell", .named("LiquidationSum"), "longs that were liquidated"),
  ]

  static let liquidationSummary = JSONSchema.object([
    .init("window", .string, "as it was asked for"),
    .init("since", .time, "when the window begins: a whole minute"), .init("until", .time, "when it ends: now"),
    .init("exchanges", .array(.object(liquidationPart))),
    .init(
      "totals", .object([.init("full", .object(sides)), .init("sampled", .object(sides))]),
      "of the exchanges that show every liquidation, and of those that show some; never of both together"),
  ])

  static let liquidationPart: [JSONSchema.Member] =
    [
      .init("exchange", .string), .init("coverage", .words(["full", "sampled", "none"])),
      .init("connected", .boolean, "whether it can be heard now"),
      .init("since", .nullable(.time), "from when on its part is whole, but for the gaps; null: not heard yet"),
      .init(
        "gaps", .array(.object([.init("from", .time), .init("until", .time)])),
        "spans of the window in which it could not be heard"),
    ] + sides + [
      .init(
        "symbols", .array(.object([.init("symbol", .string)] + sides)),
        "those with a liquidation, in alphabetical order"),
      .init("other_symbols", .object(sides), "what there was no room to keep by symbol"),
    ]

  static let gap = JSONSchema.object([
    .init("id", .integer, "grows; a later message with the same one says what became of it"),
    .init("exchange", .string),
    .init("symbol", .nullable(.string), "null: all that a feed follows of the exchange"),
    .init("stream", .words(["ohlc", "trades", "liquidations"])),
    .init("interval", .nullable(.string), "of candles"),
    .init("from", .time, "when the stream fell silent; of skipped candles the first one's open time"),
    .init("to", .nullable(.time), "when it delivered again; of skipped candles the end of the last one"),
    .init(
      "cause",
      .words([
        "disconnect", "stall", "ban", "maintenance", "slow_consumer", "recording", "skipped", "no_trade",
      ])),
    .init("state", .words(["open", "filled", "unfillable"])),
    .init("missing", .nullable(.integer), "candles or trades that could not be had; null where that cannot be counted"),
    .init("filled_from", .nullable(.words(["rest", "stream"]))),
    .init("opened_at", .time, "when it was noted"),
    .init("closed_at", .nullable(.time), "when it was filled or given up"),
  ])

  static let exchange = JSONSchema.object([
    .init("name", .string), .init("capabilities", .map(.boolean), "what it can be asked"),
    .init("intervals", .array(.string), "candle intervals, shortest first"),
    .init("liquidation_coverage", .words(["full", "sampled", "none"])),
    .init("liquidation_price", .words(["average", "bankruptcy"]), isRequired: false),
  ])

  /// `/`.
  public static let root = JSONSchema.object([
    .init("name", .string), .init("version", .string), .init("status", .words(["operational"])),
    .init("docs", .string), .init("exchanges", .array(.string)), .init("source", .words(["live", "recording"])),
  ])

  /// `/health`.
  public static let health = JSONSchema.object([
    .init("status", .words(["healthy", "degraded"])), .init("exchanges", .map(.boolean)),
  ])

  /// `/ready`.
  public static let readiness = JSONSchema.object([
    .init("status", .words(["ready", "not_ready"])), .init("timestamp", .time),
    .init(
      "exchanges",
      .array(
        .object([
          .init("exchange", .string), .init("healthy", .boolean), .init("connections", .integer),
          .init("subscriptions", .integer), .init("last_message_time", .nullable(.time)),
          .init("total_messages", .integer), .init("total_errors", .integer),
          .init("consecutive_failures", .integer), .init("circuit_state", .words(["closed", "open", "half_open"])),
          .init("cause", .nullable(.string), "why it is not healthy"),
        ]))),
  ])

  /// An element of `/quarantine`.
  public static let quarantinedFrame = JSONSchema.object([
    .init("exchange", .string), .init("received_at", .time), .init("endpoint", .string, "the stream it came on"),
    .init("reason", .string, "what was expected"), .init("offset", .integer, "the byte at which reading stopped"),
    .init("length", .integer, "bytes of the whole message"),
    .init("start", .integer, "the byte at which the part begins that was kept"),
    .init("encoding", .words(["text", "hex"]), "hex: the bytes are no UTF-8, and are given as two digits each"),
    .init("frame", .string, "the message, of a long one the part around the offset"),
  ])

  static let error = JSONSchema.object([
    .init(
      "detail", .either(.string, .array(.named("ParameterFault"))), "what is wrong; for 422 a list of the parameters"),
    .init("code", .string, "one word for each cause"),
    .init("retryable", .boolean, "whether the same request may succeed later"),
  ])

  static let parameterFault = JSONSchema.object([
    .init("type", .string), .init("loc", .array(.string), "query or path, then the parameter's name"),
    .init("msg", .string), .init("input", .string),
  ])
}
