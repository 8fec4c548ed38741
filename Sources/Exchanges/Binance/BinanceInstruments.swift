public import Contract
public import Model
import Wire

extension Binance {
  /// `exchangeInfo` lists the symbols; `fundingInfo` the funding intervals that are not 8 hours. Without the second
  /// answer the intervals are not known; the list still is.
  public func instruments() -> Inquiry<[Instrument]> {
    let list = UpstreamRequest(target: "/fapi/v1/exchangeInfo", weight: 1).expecting(rows: .max)
    let funding = UpstreamRequest(target: "/fapi/v1/fundingInfo", weight: 1, budget: Binance.fundingBudget)
      .expecting(rows: .max)
    return Inquiry([list, funding], required: 1) { (replies: [UpstreamReply]) throws(ExchangeError) in
      guard let rows = try replies[0].value()["symbols"]?.array else { throw .malformed("symbols is no array") }
      let fundingHours = try? fundingHours(in: replies[1])
      let instruments = try rows.map { (row) throws(ExchangeError) in try instrument(row, fundingHours: fundingHours) }
      guard instruments.contains(where: { $0 != nil }) else { throw .malformed("symbols has none of a kind we know") }
      return instruments.compactMap { $0 }
    }
  }

  /// `[{"symbol":"LPTUSDT","fundingIntervalHours":4,…},…]`
  private func fundingHours(in reply: UpstreamReply) throws(ExchangeError) -> [String: Int] {
    var hours: [String: Int] = [:]
    for row in try reply.rows() {
      hours[try row.text("symbol")] = Int(exactly: try row.integer("fundingIntervalHours"))
    }
    return hours
  }

  /// `{"symbol":"BTCUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT",`
  /// `"filters":[{"filterType":"PRICE_FILTER","tickSize":"0.10",…},{"filterType":"LOT_SIZE","stepSize":"0.001",…},…],…}`
  ///
  /// `nil` for a kind of contract we do not know: a symbol that waits for its start may have none yet.
  private func instrument(_ row: JSONValue, fundingHours: [String: Int]?) throws(ExchangeError) -> Instrument? {
    guard let kind = kind(contractType: row["contractType"]?.string ?? "") else { return nil }
    let symbol = try row.text("symbol")
    func step(_ filter: String, _ name: String) throws(ExchangeError) -> FixedDecimal? {
      try row["filters"]?.array?.first { $0["filterType"]?.string == filter }?.optionalDecimal(name)
    }
    return Instrument(
      exchange: id, symbol: symbol, base: try row.text("baseAsset"), quote: try row.text("quoteAsset"), kind: kind,
      status: Binance.statuses[row["status"]?.string ?? ""] ?? .halted, tickSize: try step("PRICE_FILTER", "tickSize"),
      stepSize: try step("LOT_SIZE", "stepSize"),
      fundingIntervalHours: kind == .perpetual ? fundingHours.map { $0[symbol] ?? 8 } : nil)
  }

  /// PERPETUAL, TRADIFI_PERPETUAL; CURRENT_QUARTER, NEXT_QUARTER, and these with DELIVERING near their end.
  private func kind(contractType: String) -> Instrument.Kind? {
    if contractType.contains("PERPETUAL") { return .perpetual }
    return contractType.contains("QUARTER") || contractType.contains("MONTH") ? .future : nil
  }

  private static let statuses = ["TRADING": Instrument.Status.trading, "DELIVERED": .delisted, "CLOSE": .delisted]

  /// `[{"symbol":"BTCUSDT","quoteVolume":"22175129357.20",…},…]`
  public func quoteVolumes() -> Inquiry<[InstrumentVolume]>? {
    let request = UpstreamRequest(target: "/fapi/v1/ticker/24hr", weight: 40).expecting(rows: .max)
    return .volumes(request, symbol: "symbol", volume: "quoteVolume")
  }
}
