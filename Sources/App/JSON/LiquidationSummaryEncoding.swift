internal import Contract
internal import Model
public import Services
internal import Wire

/// What was liquidated in a span, as clients read it.
public enum LiquidationSummaryEncoding {
  /// One `LiquidationSummary`; `window` is the span as the client wrote it.
  public static func body(of summary: LiquidationSummary, window: String) -> [UInt8] {
    var json = JSONWriter(reserving: 1024 + 160 * summary.parts.reduce(0) { $0 + $1.sums.instruments.count })
    json.beginObject()
    json.member("window", window)
    json.key("since")
    json.timestamp(summary.start)
    json.key("until")
    json.timestamp(summary.end)
    json.key("exchanges")
    json.beginArray()
    for part in summary.parts { append(part, to: &json) }
    json.endArray()
    json.key("totals")
    json.beginObject()
    for coverage in [Capabilities.LiquidationCoverage.full, .sampled] {
      json.key(coverage.rawValue)
      append(summary.total(of: coverage), to: &json)
    }
    json.endObject()
    json.endObject()
    return json.take()
  }

  private static func append(_ part: LiquidationSummary.Part, to json: inout JSONWriter) {
    json.beginObject()
    json.member("exchange", part.exchange.name)
    json.member("coverage", part.coverage.rawValue)
    json.key("connected")
    json.bool(part.standing.isFollowed)
    json.key("since")
    if let since = part.standing.since { json.timestamp(since) } else { json.null() }
    json.key("gaps")
    json.beginArray()
    for gap in part.standing.gaps { append(gap, to: &json) }
    json.endArray()
    sides(of: part.sums.all, in: &json)
    json.key("symbols")
    json.beginArray()
    for sums in part.sums.instruments {
      json.beginObject()
      json.member("symbol", sums.instrument.symbol)
      sides(of: sums.sums, in: &json)
      json.endObject()
    }
    json.endArray()
    json.key("other_symbols")
    append(part.sums.others, to: &json)
    json.endObject()
  }

  private static func append(_ gap: FeedCoverage.Gap, to json: inout JSONWriter) {
    json.beginObject()
    json.key("from")
    json.timestamp(gap.from)
    json.key("until")
    json.timestamp(gap.until)
    json.endObject()
  }

  private static func append(_ sums: LiquidationSums, to json: inout JSONWriter) {
    json.beginObject()
    sides(of: sums, in: &json)
    json.endObject()
  }

  /// In the words of `Liquidation`: a short is closed by buying, a long by selling.
  private static func sides(of sums: LiquidationSums, in json: inout JSONWriter) {
    for (name, sum) in [("buy", sums.shorts), ("sell", sums.longs)] {
      json.key(name)
      json.beginObject()
      json.key("count")
      json.integer(Int64(sum.count))
      json.key("value")
      json.decimal(sum.value)
      json.endObject()
    }
  }
}
