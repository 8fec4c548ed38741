public import Contract
public import Model
import Wire

extension Bybit {
  /// `instruments-info` in pages of 1000, along their cursors; only what is in trading is listed.
  public func instruments() -> Inquiry<[Instrument]> {
    Inquiry(
      pagesFrom: listPage(cursor: nil),
      next: { reply in
        let cursor = (try? reply.value())?["result"]?["nextPageCursor"]?.string ?? ""
        return cursor.isEmpty ? nil : listPage(cursor: cursor)
      },
      readAll: { (replies: [UpstreamReply]) throws(ExchangeError) in
        var instruments: [Instrument] = []
        for reply in replies {
          for row in try reply.listOfResult() {
            if let instrument = try instrument(row) { instruments.append(instrument) }
          }
        }
        guard !instruments.isEmpty else { throw .malformed("the list has no contract of a kind we know") }
        return instruments
      })
  }

  /// `{"result":{"list":[{"symbol":"BTCUSDT","turnover24h":"2352.94950046",…},…]},…}`
  public func quoteVolumes() -> Inquiry<[InstrumentVolume]>? {
    let request = UpstreamRequest(target: "/v5/market/tickers?category=linear", weight: 1).expecting(rows: .max)
    return .volumes(request, at: ["result", "list"], symbol: "symbol", volume: "turnover24h")
  }

  private func listPage(cursor: String?) -> UpstreamRequest {
    UpstreamRequest(
      get: "/v5/market/instruments-info", ["category": "linear", "limit": "1000", "cursor": cursor], weight: 1
    ).expecting(rows: .max)
  }

  /// `{"symbol":"BTCUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"BTC","quoteCoin":"USDT",`
  /// `"launchTime":"1584230400000","priceFilter":{"tickSize":"0.10",…},"lotSizeFilter":{"qtyStep":"0.001",…},`
  /// `"fundingInterval":480,…}`; `nil` for a kind of contract we do not know.
  private func instrument(_ row: JSONValue) throws(ExchangeError) -> Instrument? {
    let kinds: [String: Instrument.Kind] = ["LinearPerpetual": .perpetual, "LinearFutures": .future]
    guard let kind = kinds[row["contractType"]?.string ?? ""] else { return nil }
    return Instrument(
      exchange: id, symbol: try row.text("symbol"), base: try row.text("baseCoin"), quote: try row.text("quoteCoin"),
      kind: kind, status: Bybit.statuses[row["status"]?.string ?? ""] ?? .halted,
      tickSize: try row["priceFilter"]?.optionalDecimal("tickSize"),
      stepSize: try row["lotSizeFilter"]?.optionalDecimal("qtyStep"),
      fundingIntervalHours: kind == .perpetual ? Bybit.hours(row["fundingInterval"]?.integer) : nil,
      listTime: try? row.milliseconds("launchTime"))
  }

  /// Whole hours of minutes; `nil` for none.
  private static func hours(_ minutes: Int64?) -> Int? {
    guard let minutes, minutes > 0, minutes % 60 == 0 else { return nil }
    return Int(exactly: minutes / 60)
  }

  /// PreLaunch, Settling and Delivering are listed, and not traded.
  private static let statuses: [String: Instrument.Status] = ["Trading": .trading, "Closed": .delisted]
}

extension UpstreamReply {
  /// The rows of `{"retCode":0,"retMsg":"OK","result":{"list":[…]},…}`.
  func listOfResult() throws(ExchangeError) -> [JSONValue] {
    guard let list = try value()["result"]?["list"]?.array else { throw .malformed("result.list is no array") }
    return list
  }
}
