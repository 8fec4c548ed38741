internal import Contract

/// What `marketgate tail` was asked for.
struct TailOptions: Equatable {
  /// The stream shown unless another is named: its events are final, as on a tape.
  static let usualStream = "trades"
  /// The words for the spikes of open interest and volume.
  static let spikes = "oi-vol"
  /// What `all` has.
  static let feeds = ["liquidations", "large_trades"]
  /// The most symbols of one command.
  static let maxSymbols = 200

  /// The streams, as the multiplex names them: `{exchange}/{symbol}/{stream}?{query}`.
  private(set) var streams: [String] = []
  /// The exchange that is named; `nil` where a stream is made of several.
  private(set) var exchange: String?
  private(set) var limit: Int64?
  private(set) var isJSON: Bool
  private(set) var isDemo: Bool
  private(set) var gateway: GatewayAddress?

  init(_ words: Tool.Words, faults: inout [String]) {
    isJSON = words.options["--json"] != nil
    isDemo = words.options["--demo"] != nil
    gateway = GatewayAddress.read(words, faults: &faults)
    limit = words.integer("--limit", in: 1...1_000_000_000_000, faults: &faults)
    let first = words.bare.first?.lowercased()
    let rest = words.bare.dropFirst()
    if first == TailOptions.spikes, rest.isEmpty {
      streams = [TailOptions.spikes + TailOptions.query(words, of: ["--timeframes"], faults: &faults)]
    } else if first == "all", rest.count == 1, let feed = rest.first {
      let query = TailOptions.query(words, of: ["--min-value-usd"], faults: &faults)
      streams = ["all/\(UpstreamRequest.percentEncoded(feed))\(query)"]
    } else if let first, (1...TailOptions.maxSymbols).contains(rest.count), first != "all" {
      exchange = first
      let stream = words.options["--stream"] ?? TailOptions.usualStream
      let query = TailOptions.query(words, of: TailOptions.options(of: stream, faults: &faults), faults: &faults)
      streams = rest.map {
        "\(UpstreamRequest.percentEncoded(first))/\(UpstreamRequest.percentEncoded($0))/\(stream)\(query)"
      }
    } else {
      faults.append(
        "tail needs an exchange and 1 to \(TailOptions.maxSymbols) symbols, or all and one of "
          + "\(TailOptions.feeds.joined(separator: ", ")), or \(TailOptions.spikes)")
    }
  }

  /// The options that a stream knows.
  private static func options(of name: String, faults: inout [String]) -> [String] {
    guard let stream = PublicStream.all.first(where: { $0.name == name }) else {
      faults.append("--stream must be one of \(PublicStream.all.map(\.name).joined(separator: ", "))")
      return []
    }
    return ["--stream"] + (stream.hasInterval ? ["--interval", "--closed-only"] : [])
      + (stream.hasMinimum ? ["--min-value-usd"] : [])
  }

  /// The query of a stream's name. An option that the stream does not know is a fault: to leave it out without a word would
  /// show something else than was asked for.
  private static func query(_ words: Tool.Words, of known: [String], faults: inout [String]) -> String {
    let parameters = [
      ("--interval", "interval"), ("--min-value-usd", "min_value_usd"), ("--timeframes", "timeframes"),
    ]
    var parts: [String] = []
    for (flag, name) in parameters where known.contains(flag) {
      if let value = words.options[flag] { parts.append("\(name)=\(UpstreamRequest.percentEncoded(value))") }
    }
    if known.contains("--closed-only"), words.options["--closed-only"] != nil { parts.append("closed_only=1") }
    for flag in parameters.map(\.0) + ["--closed-only", "--stream"]
    where !known.contains(flag) && words.options[flag] != nil {
      faults.append("\(flag) has no meaning for this stream; see tail --help")
    }
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }
}
