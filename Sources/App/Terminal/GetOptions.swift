internal import Contract
internal import Wire

/// What `marketgate get` and `marketgate exchanges` were asked for.
struct GetOptions: Equatable {
  /// Options that are parameters of routes: `--start-time` is `start_time`.
  static let queryOptions: [ToolDescription.Option] = [
    .init(flag: "--limit", value: "N", help: "the most rows"),
    .init(flag: "--start-time", value: "MS", help: "milliseconds since 1970, inclusive; alone: the first rows from it"),
    .init(flag: "--end-time", value: "MS", help: "milliseconds since 1970, inclusive; alone: the last rows up to it"),
    .init(
      flag: "--period", value: "P", help: "of oi-hist: the distance of samples (default: 5m)",
      offer: .words(["5m", "15m", "30m", "1h", "4h", "1d"])),
    .init(flag: "--quote", value: "ASSET", help: "of instruments: the quote asset"),
    .init(
      flag: "--kind", value: "KIND", help: "of instruments: perpetual, future or spot",
      offer: .words(["perpetual", "future", "spot"])),
    .init(flag: "--coin", value: "COIN", help: "of predicted-funding: one coin"),
    .init(
      flag: "--exchange", value: "NAME", help: "of what a gateway has seen: one exchange", offer: .exchanges(and: [])),
    .init(flag: "--symbol", value: "SYMBOL", help: "of what a gateway has seen: one instrument"),
    .init(flag: "--min-value-usd", value: "N", help: "of liquidations and large-trades: the least value"),
    .init(flag: "--timeframe", value: "I", help: "of oi-vol: the length of bars", offer: .words(["5m", "15m", "1h"])),
    .init(flag: "--window", value: "SPAN", help: "of liquidations summary: how far back (default: 1h)"),
    .init(
      flag: "--stream", value: "KIND", help: "of gaps: ohlc, trades or liquidations",
      offer: .words(["ohlc", "trades", "liquidations"])),
    .init(flag: "--interval", value: "I", help: "of gaps: the interval of candles"),
    .init(
      flag: "--state", value: "STATE", help: "of gaps: open, filled or unfillable",
      offer: .words(["open", "filled", "unfillable"])),
    .init(flag: "--start", value: "N", help: "of a list that comes in pages: the first row"),
    .init(flag: "--id", value: "ID", help: "of a list that has details: one of its rows"),
  ]

  /// The parts of the route's path.
  private(set) var path: [String]
  /// The path with the query, as it stands in an address.
  private(set) var target: String
  private(set) var isJSON: Bool
  private(set) var isDemo: Bool
  private(set) var gateway: GatewayAddress?

  init(_ words: Tool.Words, faults: inout [String]) {
    path = words.bare.flatMap { $0.split(separator: "/").map(String.init) }
    if path.isEmpty { faults.append("get needs the words of a route, like those of get --help") }
    var query = GetOptions.queryOptions.compactMap { option in
      words.options[option.flag].map {
        "\(GetOptions.parameter(of: option.flag))=\(UpstreamRequest.percentEncoded($0))"
      }
    }
    if let more = words.options["--query"], !more.isEmpty {
      if more.utf8.contains(where: { $0 <= 0x20 || $0 > 0x7E || $0 == UInt8(ascii: "#") })
        || HTTPQuery(parsing: more[...]) == nil
      {
        faults.append("--query must be percent-encoded, as it stands in an address")
      }
      query.append(more)
    }
    target = "/" + path.map(UpstreamRequest.percentEncoded).joined(separator: "/")
    if !query.isEmpty { target += "?" + query.joined(separator: "&") }
    isJSON = words.options["--json"] != nil
    isDemo = words.options["--demo"] != nil
    gateway = GatewayAddress.read(words, faults: &faults)
  }

  /// What `exchanges` asks.
  init(exchanges words: Tool.Words, faults: inout [String]) {
    for word in words.bare { faults.append("\"\(word)\" is not known; see exchanges --help") }
    self.init(Tool.Words(bare: ["exchanges"], options: words.options), faults: &faults)
  }

  /// The parameter that an option stands for.
  static func parameter(of flag: String) -> String {
    String(flag.dropFirst(2).map { $0 == "-" ? "_" : $0 })
  }
}
