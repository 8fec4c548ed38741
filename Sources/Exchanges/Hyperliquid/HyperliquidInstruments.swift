public import Contract
public import Model
import Wire

extension Hyperliquid {
  /// `{"universe":[{"szDecimals":5,"name":"BTC","maxLeverage":40,…},{"szDecimals":1,"name":"MATIC",…,`
  /// `"isDelisted":true},…],…}`: without a `dex` these are the perpetuals of the main list. What is no longer listed
  /// stays there for good, as other answers go by position.
  public func instruments() -> Inquiry<[Instrument]> {
    Inquiry(Hyperliquid.questionOfAll("meta")) { (reply: UpstreamReply) throws(ExchangeError) in
      guard let rows = try reply.value()["universe"]?.array else { throw .malformed("universe is no array") }
      var instruments: [Instrument] = []
      for row in rows where row["isDelisted"]?.bool != true { instruments.append(try instrument(row)) }
      guard !instruments.isEmpty else { throw .malformed("universe has no listed coin") }
      return instruments
    }
  }

  /// `dayNtlVlm` of each coin's context, which stand in the order of the coins.
  public func quoteVolumes() -> Inquiry<[InstrumentVolume]>? {
    Inquiry(Hyperliquid.questionOfAll("metaAndAssetCtxs")) { (reply: UpstreamReply) throws(ExchangeError) in
      let parts = try reply.rows()
      guard parts.count == 2, let coins = parts[0]["universe"]?.array, let contexts = parts[1].array,
        coins.count == contexts.count
      else { throw .malformed("there is not one context a coin") }
      return try zip(coins, contexts).map { (coin, context) throws(ExchangeError) in
        let volume = try context.optionalDecimal("dayNtlVlm") ?? .zero
        return InstrumentVolume(symbol: try coin.text("name"), quoteVolume: volume)
      }
    }
  }

  /// A price has at most five digits that count and no fixed step.
  private func instrument(_ row: JSONValue) throws(ExchangeError) -> Instrument {
    let name = try row.text("name")
    guard let places = UInt8(exactly: try row.integer("szDecimals")),
      let step = FixedDecimal(mantissa: 1, scale: places)
    else { throw .malformed("szDecimals is no number of decimal places") }
    return Instrument(
      exchange: id, symbol: name, base: Hyperliquid.base(of: name), quote: "USD", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: step, fundingIntervalHours: 1)
  }

  /// `kPEPE` is a thousand PEPE, in price and quantity: what others call `1000PEPE`.
  static func base(of name: String) -> String {
    guard name.first == "k", let second = name.dropFirst().first, second.isUppercase else { return name }
    return "1000" + name.dropFirst()
  }
}
