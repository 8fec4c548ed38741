import Testing

/// A check that cannot fail proves nothing: each promise is broken in a view that is right otherwise.
@Suite struct ChaosCheckerTests {
  private static let market = ChaosMarket(seed: 7, start: 1_767_225_600_000)
  private static let checker = ChaosChecker(market: market, promises: .kept)
  private static let last = market.start + 3 * ChaosMarket.minute

  /// Four minutes: each candle after every thirtieth trade, then its final.
  private static let candles = (0...3).flatMap { minute -> [String] in
    let openTime = market.start + Int64(minute) * ChaosMarket.minute
    let states = market.trades(from: openTime, to: openTime + ChaosMarket.minute).enumerated().compactMap { place, id in
      place % 30 == 0 ? market.text(ofCandleAt: openTime, until: market.trade(id).time + 1, isClosed: false) : nil
    }
    return states + [market.text(ofCandleAt: openTime, isClosed: true) ?? ""]
  }

  private static let finals = candles.indices.filter { candles[$0].hasSuffix(#""is_closed":true}"#) }
  private static let trades = (10..<60).map { market.text(of: market.trade($0)) }
  private static let liquidations = (2..<9).map { market.text(ofLiquidation: market.liquidation($0)) }

  private func candleFindings(_ change: (inout [String]) -> Void) -> [String] {
    var candles = Self.candles
    change(&candles)
    return Self.checker.findings(inCandles: candles, last: Self.last)
  }

  private func tradeFindings(_ change: (inout [String]) -> Void) -> [String] {
    var trades = Self.trades
    change(&trades)
    return Self.checker.findings(inTrades: trades, sure: Set(10..<60), last: Self.market.trade(58).time)
  }

  @Test func aViewThatIsRightHasNoFinding() {
    #expect(candleFindings { _ in } == [])
    #expect(tradeFindings { _ in } == [])
    #expect(Self.checker.findings(inLiquidations: Self.liquidations, sure: Set(2..<9)) == [])
    #expect(Self.finals.count == 4)
  }

  @Test func aFinalThatIsMissingRepeatedOrLateIsFound() {
    for place in Self.finals.dropFirst() { #expect(candleFindings { $0.remove(at: place) }.count == 1) }
    #expect(!candleFindings { $0.insert($0[Self.finals[1]], at: Self.finals[2]) }.isEmpty)
    #expect(!candleFindings { $0.swapAt(Self.finals[1], Self.finals[2]) }.isEmpty)
    #expect(candleFindings { $0 = [] } == ["no final"])
  }

  @Test func aDigitOfACandleIsFound() {
    let place = Self.finals[2]
    #expect(!candleFindings { $0[place] = $0[place].replacing(#""low":1"#, with: #""low":2"#) }.isEmpty)
    #expect(!candleFindings { $0[place + 1] = $0[place + 1].replacing(#""volume":"#, with: #""volume":1"#) }.isEmpty)
  }

  @Test func aStateOfACandleThatIsOverIsFound() {
    #expect(candleFindings { $0.insert($0[0], at: Self.finals[0] + 1) }.count == 1)
  }

  @Test func aTradeThatIsMissingRepeatedOrOutOfOrderIsFound() {
    #expect(tradeFindings { $0.remove(at: 5) }.count == 2)
    #expect(tradeFindings { $0.insert($0[5], at: 5) }.count == 1)
    #expect(tradeFindings { $0.swapAt(5, 6) }.count == 1)
    #expect(!tradeFindings { $0[5] = $0[5].replacing(#""price":1"#, with: #""price":2"#) }.isEmpty)
  }

  @Test func aStreamOfTradesThatEndsTooSoonIsFound() {
    #expect(tradeFindings { $0.removeLast() }.contains { $0.hasPrefix("no trade after ") })
    #expect(tradeFindings { $0 = [] }.contains { $0.hasPrefix("no trade after ") })
  }

  @Test func aSeamIsFound() {
    var checker = Self.checker
    checker.promises.insert(.seamless)
    let record = #"{"cause":"disconnect","state":"filled"}"#
    #expect(checker.findings(inSeams: Self.liquidations, records: [record]) == [])
    #expect(
      checker.findings(inSeams: Self.liquidations, records: [record.replacing("disconnect", with: "maintenance")]).count
        == 1)
    var missing = Self.liquidations
    missing.remove(at: 3)
    #expect(checker.findings(inSeams: missing, records: []) == ["liquidation 5 is missing or out of its place"])
    let twice = [Self.liquidations[0]] + Self.liquidations
    #expect(checker.findings(inSeams: twice, records: []) == ["liquidation 3 is missing or out of its place"])
    #expect(Self.checker.findings(inSeams: missing, records: []) == [])
  }

  @Test func hasteAndWhatIsKeptNowhereAreFound() {
    var log = ChaosLog()
    #expect(Self.checker.findings(in: log, quarantined: 0) == [])
    log.hastyRequests = 1
    #expect(Self.checker.findings(in: log, quarantined: 0).count == 1)
    log = ChaosLog()
    log.sureGarbage = 3
    #expect(Self.checker.findings(in: log, quarantined: 2).count == 1)
    #expect(Self.checker.findings(in: log, quarantined: 3) == [])
    log.sureGarbage = 1000
    #expect(Self.checker.findings(in: log, quarantined: 100) == [])
  }

  @Test func aLiquidationThatIsMissingOrWrongIsFound() {
    #expect(
      Self.checker.findings(inLiquidations: Array(Self.liquidations.dropLast()), sure: Set(2..<9)).count == 1)
    let wrong = Self.liquidations + [Self.liquidations[0].replacing("1", with: "2")]
    #expect(Self.checker.findings(inLiquidations: wrong, sure: Set(2..<9)).count == 1)
  }

  /// The promises that are not asked for are not looked at.
  @Test func whatIsNotPromisedIsNotFound() {
    let lenient = ChaosChecker(market: Self.market, promises: [])
    #expect(lenient.findings(inCandles: [], last: Self.last) == [])
    #expect(lenient.findings(inTrades: Self.trades.reversed(), sure: Set(0..<9), last: .max / 2) == [])
    #expect(lenient.findings(inLiquidations: ["x"], sure: [1]) == [])
    #expect(lenient.findings(inSeams: ["x"], records: [#"{"cause":"maintenance"}"#]) == [])
    var log = ChaosLog()
    (log.hastyRequests, log.sureGarbage) = (1, 1)
    #expect(lenient.findings(in: log, quarantined: 0) == [])
  }
}
