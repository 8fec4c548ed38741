/// Compares what clients were told with what happened at the exchange. Empty findings: all is as promised.
struct ChaosChecker {
  /// What of the promises is asked for.
  struct Promises: OptionSet {
    let rawValue: Int
    /// Each closed candle once, in order, none missing, with the exchange's values.
    static let finals = Promises(rawValue: 1)
    /// Each state of an open candle is one that the exchange had, of no candle that is over.
    static let openCandles = Promises(rawValue: 2)
    /// Each trade has the exchange's values, and each that reached the gateway is there.
    static let trades = Promises(rawValue: 4)
    /// Each trade once, in order, none missing: where trades are repaired.
    static let wholeTrades = Promises(rawValue: 8)
    /// Each liquidation that reached the gateway is there, with the exchange's values.
    static let liquidations = Promises(rawValue: 16)
    /// The ledger of gaps has a record of each break and of what was left out, with what became of it, and no other.
    static let ledger = Promises(rawValue: 32)

    /// The end of a connection that was announced is no break, and no liquidation is missing around it: where nothing else
    /// goes wrong.
    static let seamless = Promises(rawValue: 64)
    /// Nothing is asked for while the exchange wants no requests.
    static let patience = Promises(rawValue: 128)
    /// Each message that cannot be read is kept, up to a hundred.
    static let quarantine = Promises(rawValue: 256)

    /// Those that are kept whatever happens.
    static let kept: Promises = [
      .finals, .openCandles, .trades, .wholeTrades, .liquidations, .ledger, .patience, .quarantine,
    ]
  }

  let market: ChaosMarket
  var promises: Promises

  /// Of a client of candles. `last` is the opening of the last candle that must be there.
  func findings(inCandles texts: [String], last: Int64) -> [String] {
    let isFinal = { (text: String) in text.hasSuffix(#""is_closed":true}"#) }
    var findings: [String] = []
    if promises.contains(.finals) { findings += findingsInFinals(texts.filter(isFinal), last: last) }
    if promises.contains(.openCandles) {
      var final = ""
      var states: [String: Set<String>] = [:]
      for text in texts {
        let time = ExchangeText.member("timestamp", of: text)
        if isFinal(text) {
          final = max(final, time)
          continue
        }
        if time <= final { findings.append("a state of a candle that is over: \(text)") }
        if states[time] == nil { states[time] = self.states(ofCandleAt: time) }
        if states[time]?.contains(text) == false { findings.append("a state the exchange never had: \(text)") }
      }
    }
    return findings
  }

  private func findingsInFinals(_ finals: [String], last: Int64) -> [String] {
    guard let first = finals.first.map({ ExchangeText.member("timestamp", of: $0) }) else { return ["no final"] }
    var openTime = market.start
    while openTime <= last, ExchangeText.time(openTime) != first { openTime += ChaosMarket.minute }
    var findings: [String] = []
    for final in finals {
      let expected = market.text(ofCandleAt: openTime, isClosed: true) ?? "nothing"
      if final != expected {
        findings.append("the final \(final) stands where \(expected) does")
        break
      }
      openTime += ChaosMarket.minute
    }
    if findings.isEmpty, openTime <= last { findings.append("no final after \(ExchangeText.time(openTime))") }
    return findings
  }

  /// All states a candle had: one after each of its trades.
  private func states(ofCandleAt time: String) -> Set<String> {
    var openTime = market.start
    while ExchangeText.time(openTime) < time { openTime += ChaosMarket.minute }
    let ids = market.trades(from: openTime, to: openTime + ChaosMarket.minute)
    return Set(
      ids.compactMap { id in
        market.text(ofCandleAt: openTime, until: market.trade(id).time + 1, isClosed: false)
      })
  }

  /// Of a client of trades. `sure` are those that have reached the gateway while the client was there; after `last` one more
  /// must be there.
  func findings(inTrades texts: [String], sure: Set<Int>, last: Int64) -> [String] {
    var findings: [String] = []
    var ids: [Int] = []
    for text in texts {
      guard let id = Int(ExchangeText.member("id", of: text)), market.text(of: market.trade(id)) == text else {
        findings.append("a trade the exchange never made: \(text)")
        continue
      }
      ids.append(id)
    }
    if promises.contains(.trades) {
      let told = texts.last.map { ExchangeText.member("timestamp", of: $0) } ?? ""
      if told <= ExchangeText.time(last) { findings.append("no trade after \(told), until \(ExchangeText.time(last))") }
      let missing = sure.subtracting(ids).sorted()
      if !missing.isEmpty {
        findings.append("\(missing.count) trades that were sent are missing, the first \(missing[0])")
      }
    }
    if promises.contains(.wholeTrades), let first = ids.first {
      let wrong = zip(ids, first...).first { $0 != $1 }
      if let (id, expected) = wrong { findings.append("trade \(id) stands where \(expected) does") }
    }
    return findings
  }

  /// Of a client of liquidations, likewise.
  func findings(inLiquidations texts: [String], sure: Set<Int>) -> [String] {
    guard promises.contains(.liquidations) else { return [] }
    let last = (sure.max() ?? 0) + 1000
    let known = Set((0...last).map { market.text(ofLiquidation: market.liquidation($0)) })
    let findings = texts.filter { !known.contains($0) }.map { "a liquidation that never was: \($0)" }
    let seen = Set(texts)
    let missing = sure.filter { !seen.contains(market.text(ofLiquidation: market.liquidation($0))) }
    return findings + (missing.isEmpty ? [] : ["\(missing.count) liquidations that were sent are missing"])
  }

  /// Of a client of liquidations and of the ledger, where connections have ended as announced and nothing else went wrong.
  func findings(inSeams liquidations: [String], records: [String]) -> [String] {
    guard promises.contains(.seamless) else { return [] }
    let seams = records.filter { ExchangeText.member("cause", of: $0) == "maintenance" }
    let first = liquidations.first ?? ""
    let number = (0..<100_000).first { market.text(ofLiquidation: market.liquidation($0)) == first } ?? 0
    let wrong = zip(liquidations, number...).first { $0 != market.text(ofLiquidation: market.liquidation($1)) }
    return seams.map { "an announced end that was a break: \($0)" }
      + (wrong.map { ["liquidation \($1) is missing or out of its place"] } ?? [])
  }

  /// Of what the exchange saw of the gateway, and of what that has kept of what it could not read.
  func findings(in log: ChaosLog, quarantined: Int) -> [String] {
    var findings: [String] = []
    if promises.contains(.patience), log.hastyRequests > 0 {
      findings.append("requests while the exchange wanted none: \(log.hastyRequests)")
    }
    if promises.contains(.quarantine), quarantined < min(log.sureGarbage, 100) {
      findings.append("\(quarantined) of \(log.sureGarbage) messages that cannot be read were kept")
    }
    return findings
  }
}
