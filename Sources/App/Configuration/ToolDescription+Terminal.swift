internal import Contract
internal import Exchanges
internal import Model

/// The commands that show the market in a terminal.
extension ToolDescription {
  private static let first = Registry.exchanges.first?.id.name ?? "EXCHANGE"

  /// Those of the settings, as lists of all are too long to be offered.
  private static let symbols = Configuration(values: [:]).supportedSymbols

  private static let sources = [
    Option(
      flag: "--gateway", value: "URL",
      help: "ask a gateway that runs (http://127.0.0.1:8000) instead of the exchanges themselves"),
    Option(flag: "--demo", value: nil, help: "ask the bundled recording instead: no network, no keys"),
  ]

  static let tail = ToolDescription(
    name: "tail", summary: "show a stream as it comes, a line an event",
    arguments: [
      Argument(name: "EXCHANGE", offer: .exchanges(and: ["all", TailOptions.spikes])),
      Argument(
        name: "SYMBOL", isRequired: false, isRepeated: true, offer: .words(TailOptions.feeds + symbols)),
    ],
    options: [
      Option(
        flag: "--stream", value: "NAME",
        help: "\(PublicStream.all.map(\.name).joined(separator: ", ")) (default: \(TailOptions.usualStream))",
        offer: .words(PublicStream.all.map(\.name))),
      Option(
        flag: "--interval", value: "I", help: "of candles (default: 1m)",
        offer: .intervals),
      Option(flag: "--closed-only", value: nil, help: "only the final of each candle"),
      Option(
        flag: "--min-value-usd", value: "N",
        help: "leave out what is worth less: of large_trades (default: LARGE_TRADE_THRESHOLD_USD) and liquidations"),
      Option(flag: "--timeframes", value: "A,B", help: "of spikes: lengths of bars (default: all)"),
      Option(flag: "--limit", value: "N", help: "end after so many events (default: when asked to)"),
      Option(flag: "--json", value: nil, help: "the JSON of the gateway's own streams, one object a line"),
    ] + sources,
    paragraphs: [
      "Without --stream it shows trades: each is final and has a line of its own, as on a tape. Of candles (--stream "
        + "ohlc) every update is a line, with --closed-only every candle.",
      "Three streams are made of several exchanges: `all liquidations`, `all large_trades`, and `\(TailOptions.spikes)`, "
        + "the spikes of open interest and volume.",
      "Without --gateway it connects to the exchange itself. With it, one connection to that gateway carries all "
        + "streams; when it is lost it is opened again, what was missed comes first where the gateway still has it, and "
        + "both are said on standard error.",
      "Times are UTC. Colours are for terminals alone, and off where NO_COLOR is set (https://no-color.org). What does "
        + "not fit the width of the terminal is left out, least important first; numbers are never cut.",
    ],
    examples: [
      ("marketgate tail \(first) BTCUSDT", "its trades"),
      ("marketgate tail \(first) BTCUSDT ETHUSDT --stream ohlc --interval 1h --closed-only", "candles that are over"),
      ("marketgate tail all liquidations --min-value-usd 100000", "large liquidations everywhere"),
      ("marketgate tail \(first) BTCUSDT --json | jq .price", "for other programs"),
    ],
    success: "stopped as asked: SIGINT, SIGTERM, --limit, or nobody reads the output any more",
    failure: "the stream cannot be had")

  static let get = ToolDescription(
    name: "get", summary: "ask one question, show the answer as a table",
    arguments: [
      Argument(name: "EXCHANGE", offer: .exchanges(and: ["multi"])),
      Argument(
        name: "WHAT", isRequired: false,
        offer: .words(["ohlc", "funding", "funding-hist", "oi", "oi-hist", "instruments"])),
      Argument(name: "SYMBOL", isRequired: false, offer: .words(symbols)),
      Argument(
        name: "INTERVAL", isRequired: false, offer: .intervals),
    ],
    options: GetOptions.queryOptions + [
      Option(
        flag: "--query", value: "A=B", help: "more of the query as it stands in an address, with & between parameters"),
      Option(flag: "--json", value: nil, help: "the answer as it was served"),
    ] + sources,
    paragraphs: [
      "The words are the path of the gateway's own route, with blanks for slashes: docs/rest-api.md has them all. An "
        + "answer that is an error is one line on standard error, with its code.",
      "Without --gateway the exchange itself is asked. Questions about what a gateway has seen (health, liquidations, "
        + "large-trades, oi-vol) need one that runs.",
    ],
    examples: [
      ("marketgate get \(first) ohlc BTCUSDT 1h --limit 5", "candles"),
      ("marketgate get \(first) funding-hist BTCUSDT --limit 3", "settled funding rates"),
      ("marketgate get multi oi BTCUSDT", "open interest on every exchange"),
      ("marketgate get liquidations --exchange \(first) --gateway http://127.0.0.1:8000", "what a gateway has seen"),
    ],
    success: "answered", failure: "there is no answer: what is wrong stands on standard error")

  static let exchanges = ToolDescription(
    name: "exchanges", summary: "show what each exchange can be asked",
    options: [Option(flag: "--json", value: nil, help: "the answer as it was served")] + sources,
    paragraphs: ["The same as `marketgate get exchanges`. Without --gateway nothing is asked of anybody."],
    success: "answered", failure: "there is no answer")
}
