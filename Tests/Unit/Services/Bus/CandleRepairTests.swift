import Model
import Support
import Testing

@testable import Services

@Suite struct CandleRepairTests {
  private func time(_ minute: Int64) -> Timestamp { Timestamp(microseconds: minute * 60_000_000) }

  private func final(_ minute: Int64) -> Candle {
    let one = FixedDecimal(1)
    return Candle(
      instrument: ToyExchange.alpha, interval: .oneMinute, openTime: time(minute), open: one, high: one, low: one,
      close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: true, receiveTime: .epoch)
  }

  private var repair: CandleRepair {
    var terms = RepairTerms()
    terms.jitter = { $0.upperBound }
    return CandleRepair(question: 2, gap: 1, missing: [time(3), time(4), time(6)], began: 0, terms)
  }

  @Test func itAsksSoonWhenTheExchangeIsThereAgain() {
    var repair = repair
    for _ in 0..<7 { _ = repair.receive(nil, now: 0) }
    #expect(repair.deadline == 30_000)
    repair.restart(now: 100)
    #expect(repair.deadline == 1100)
  }

  @Test func itAsksForAllThatIsMissingUntilItHasItOrIsGivenUp() {
    var repair = repair
    #expect(repair.deadline == 1000 && repair.tick(now: 999) == nil)
    #expect(repair.tick(now: 1000) == .ask(from: time(3), to: time(6)))
    #expect(repair.tick(now: 1000) == nil && repair.deadline == RepairTerms().patience)
    #expect(repair.receive(nil, now: 2000) == ([], []))
    #expect(repair.deadline == 4000)
    #expect(repair.tick(now: RepairTerms().patience) == .giveUp)
  }

  @Test func aPageBringsSomeAndShowsThatOthersDoNotExist() {
    var repair = repair
    let page = CandlePage(from: time(3), candles: [final(4), final(5)], knownThrough: time(5))
    let (found, absent) = repair.receive(page, now: 0)
    #expect(found == [final(4)] && absent == [time(3)] && repair.missing == [time(6)])
  }

  @Test func aCandleThatComesByItselfIsNoLongerMissing() {
    var repair = repair
    #expect(repair.take(time(4)) && !repair.take(time(4)) && !repair.take(time(5)))
    #expect(repair.missing == [time(3), time(6)])
  }
}
