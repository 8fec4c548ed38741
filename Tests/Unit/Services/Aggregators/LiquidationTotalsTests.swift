import Model
import Services
import Testing

@Suite struct LiquidationTotalsTests {
  private typealias Sample = AggregatorSample

  private let bitcoin = Sample.instrument("BTCUSDT")
  private let ether = Sample.instrument("ETHUSDT")
  private let other = Sample.instrument("BTC-USDT-SWAP", on: "other")

  private func totals(
    _ events: [(Instrument, PositionSide, String, Double)], limit: Int = LiquidationTotals.usualLimit
  ) -> LiquidationTotals {
    var totals = LiquidationTotals(limit: limit)
    for (instrument, side, value, seconds) in events {
      let time = Sample.time(seconds)
      totals.observe(Sample.liquidation(instrument, side, price: value, quantity: "1", at: time), now: time)
    }
    return totals
  }

  /// `BTCUSDT 1x2.5/2x3`: count and value of longs, then of shorts.
  private func words(_ totals: LiquidationTotals, since seconds: Double, on exchange: String = "toy") -> [String] {
    guard let sums = totals.sums(since: Sample.time(seconds))[ExchangeID(exchange)] else { return [] }
    func word(_ name: String, _ sums: LiquidationSums) -> String {
      func side(_ sum: LiquidationSum) -> String { "\(sum.count)x\(sum.value?.description ?? "?")" }
      return "\(name) \(side(sums.longs))/\(side(sums.shorts))"
    }
    return sums.instruments.map { word($0.instrument.symbol, $0.sums) } + [word("others", sums.others)]
      + [word("all", sums.all)]
  }

  @Test func sumsAreByExchangeInstrumentAndSide() {
    let totals = totals([
      (ether, .long, "2.5", 0), (bitcoin, .long, "0.1", 0), (bitcoin, .short, "7", 1), (bitcoin, .long, "0.2", 61),
      (other, .short, "1000", 61),
    ])
    #expect(
      words(totals, since: 0) == ["BTCUSDT 2x0.3/1x7", "ETHUSDT 1x2.5/0x0", "others 0x0/0x0", "all 3x2.8/1x7"])
    #expect(
      words(totals, since: 0, on: "other") == ["BTC-USDT-SWAP 0x0/1x1000", "others 0x0/0x0", "all 0x0/1x1000"])
    #expect(totals.count == 4)
  }

  @Test func aSpanBeginsWithTheMinuteThatHoldsItsStart() {
    let totals = totals([(bitcoin, .long, "1", 59.9), (bitcoin, .long, "2", 60), (bitcoin, .long, "4", 119.9)])
    #expect(words(totals, since: 119).first == "BTCUSDT 2x6/0x0")
    #expect(words(totals, since: 60).first == "BTCUSDT 2x6/0x0")
    #expect(words(totals, since: 59.9).first == "BTCUSDT 3x7/0x0")
    #expect(words(totals, since: 120).isEmpty)
  }

  @Test func whatTheExchangeDatesInTheFutureIsOfNow() {
    var totals = LiquidationTotals()
    let event = Sample.liquidation(bitcoin, .long, price: "1", quantity: "1", at: Sample.time(86_400 * 300))
    totals.observe(event, now: Sample.time(30))
    totals.observe(Sample.liquidation(bitcoin, .long, price: "1", quantity: "1", at: .latest), now: Sample.time(90))
    #expect(words(totals, since: 60).first == "BTCUSDT 1x1/0x0")
    #expect(words(totals, since: 0).first == "BTCUSDT 2x2/0x0")
  }

  @Test func whatIsToldADayLateIsLeftOutAndCounted() {
    var totals = LiquidationTotals()
    let now = Sample.time(86_400)
    totals.observe(Sample.liquidation(bitcoin, .long, price: "1", quantity: "1", at: Sample.time(-1)), now: now)
    #expect(totals.lateCount == 1 && totals.count == 0)
    totals.observe(Sample.liquidation(bitcoin, .long, price: "1", quantity: "1", at: Sample.time(0)), now: now)
    #expect(totals.lateCount == 1 && totals.count == 1)
    #expect(words(totals, since: 0).first == "BTCUSDT 1x1/0x0")
  }

  @Test func whereThereIsNoRoomItIsSummedForTheExchangeAlone() {
    let totals = totals(
      [
        (bitcoin, .long, "1", 0), (ether, .long, "2", 0), (other, .long, "4", 0), (bitcoin, .long, "8", 1),
        (bitcoin, .short, "16", 60),
      ], limit: 2)
    #expect(totals.count == 2)
    #expect(
      words(totals, since: 0) == ["BTCUSDT 2x9/0x0", "ETHUSDT 1x2/0x0", "others 0x0/1x16", "all 3x11/1x16"])
    #expect(words(totals, since: 0, on: "other") == ["others 1x4/0x0", "all 1x4/0x0"])
    #expect(words(totals, since: 60) == ["others 0x0/1x16", "all 0x0/1x16"])
  }

  @Test func aDayLaterThereIsRoomAgain() {
    let totals = totals([(bitcoin, .long, "1", 0), (ether, .long, "2", 0), (ether, .short, "4", 86_460)], limit: 1)
    #expect(totals.count == 1)
    #expect(words(totals, since: 0) == ["ETHUSDT 0x0/1x4", "others 0x0/0x0", "all 0x0/1x4"])
  }

  @Test func whatNoSpanReachesIsDroppedWithinTheHour() {
    let totals = totals([(bitcoin, .long, "1", 0), (ether, .long, "2", 86_400 + 3600)])
    #expect(totals.count == 1)
  }

  /// A second's worth of a crash on every instrument of three exchanges, each minute: no more than the limit, however long.
  @Test func theRoomIsBounded() {
    var totals = LiquidationTotals(limit: 500)
    let instruments = (0..<100).map { Sample.instrument("COIN\($0)") }
    for minute in 0..<20 {
      let time = Sample.time(Double(minute) * 60)
      for instrument in instruments {
        totals.observe(Sample.liquidation(instrument, .long, price: "0.5", quantity: "1", at: time), now: time)
      }
    }
    #expect(totals.count == 500)
    #expect(words(totals, since: 0).last == "all 2000x1000/0x0")
  }
}
