public import Contract
public import Model
import Wire

extension Okx {
  /// The swaps, linear ones only.
  public func instruments() -> Inquiry<[Instrument]> {
    let request = UpstreamRequest(target: "/api/v5/public/instruments?instType=SWAP", weight: 1).expecting(rows: .max)
    return Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in
      let instruments = try reply.dataRows().map { (row) throws(ExchangeError) in try instrument(row) }
      guard instruments.contains(where: { $0 != nil }) else { throw .malformed("data has no linear swap") }
      return instruments.compactMap { $0 }
    }
  }

  /// `{"data":[{"instId":"BTC-USDT-SWAP","last":"63028","volCcy24h":"321.0118",…},…],…}`: traded base units, so their worth
  /// is by the last price. Those of coin-margined swaps are coins too.
  public func quoteVolumes() -> Inquiry<[InstrumentVolume]>? {
    let request = UpstreamRequest(target: "/api/v5/market/tickers?instType=SWAP", weight: 1).expecting(rows: .max)
    return .volumes(request, at: ["data"], symbol: "instId", volume: "volCcy24h", price: "last")
  }

  /// `{"instId":"BTC-USDT-SWAP","ctType":"linear","ctVal":"0.01","ctMult":"1","ctValCcy":"BTC","settleCcy":"USDT",`
  /// `"state":"live","tickSz":"0.1","lotSz":"1","listTime":"1573557408000",…}`: quantities are contracts of
  /// `ctVal` × `ctMult` base units.
  private func instrument(_ row: JSONValue) throws(ExchangeError) -> Instrument? {
    guard row["ctType"]?.string == "linear" else { return nil }
    guard let size = try row.decimal("ctVal").multiplied(by: try row.decimal("ctMult"))?.trimmed, size > .zero else {
      throw .malformed("ctVal × ctMult is no size")
    }
    return Instrument(
      exchange: id, symbol: try row.text("instId"), base: try row.text("ctValCcy"), quote: try row.text("settleCcy"),
      kind: .perpetual, status: row["state"]?.string == "live" ? .trading : .halted,
      tickSize: try row.optionalDecimal("tickSz"), stepSize: try row.optionalDecimal("lotSz"), contractSize: size,
      fundingIntervalHours: nil, listTime: try? row.milliseconds("listTime"))
  }
}

extension UpstreamReply {
  /// The rows of `{"code":"0","msg":"","data":[…]}`.
  func dataRows() throws(ExchangeError) -> [JSONValue] {
    guard let rows = try value()["data"]?.array else { throw .malformed("data is no array") }
    return rows
  }
}
