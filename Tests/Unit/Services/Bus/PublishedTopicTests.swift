import Contract
import Model
import Support
import Telemetry
import Testing
import Wire

@testable import Services

private struct NoEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? { nil }
}

@Suite struct PublishedTopicTests {
  private var candle: MarketEvent {
    let one = FixedDecimal(1)
    return .candle(
      Candle(
        instrument: ToyExchange.alpha, interval: .oneMinute, openTime: .epoch, open: one, high: one, low: one,
        close: one,
        baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: false, receiveTime: .epoch))
  }

  @Test func itHoldsWhatItsChannelAndTheHabitsOfItsExchangeNeed() {
    var habits = StreamHabits()
    let marked = PublishedTopic(.candles(.oneMinute), habits: habits, epoch: 1)
    #expect(marked.candles != nil && marked.candles?.closing == nil && marked.repeats == nil)
    habits.marksFinals = false
    habits.repeatsTrades = true
    let unmarked = PublishedTopic(.candles(.oneMinute), habits: habits, epoch: 1)
    #expect(unmarked.candles?.closing != nil)
    #expect(PublishedTopic(.trades, habits: habits, epoch: 1).repeats != nil)
    let liquidations = PublishedTopic(.liquidations, habits: habits, epoch: 1)
    #expect(liquidations.candles == nil && liquidations.trades == nil && liquidations.repeats == nil)
    habits.countsTrades = true
    let counted = PublishedTopic(.trades, habits: habits, epoch: 1)
    #expect(counted.trades != nil && counted.repeats == nil)
  }

  @Test func theLatestCandleIsKeptWithItsNumberThoughNobodyReads() {
    let published = PublishedTopic(.candles(.oneMinute), habits: StreamHabits(), epoch: 1)
    let output = BusOutput(lanes: [], encoder: NoEncoder(), encodings: Counter())
    for _ in 0..<2 {
      published.publish(candle, on: Topic(.candles(.oneMinute), of: ToyExchange.alpha), to: output)
    }
    #expect(published.latest?.sequence == 2 && published.latest?.event == .market(candle))
  }

  @Test func whatItMissesIsAskedForSoonOnceItsStreamIsThereAgain() {
    var (terms, habits) = (RepairTerms(), StreamHabits())
    terms.jitter = { $0.upperBound }
    habits.countsTrades = true
    let moment = Moment(monotonic: 0, wallClock: .epoch, exchangeTime: .epoch)
    let published = PublishedTopic(.trades, habits: habits, terms: terms, epoch: 1)
    let one = FixedDecimal(1)
    for number in [1, 9] {
      let trade = Trade(
        instrument: ToyExchange.alpha, id: .number(Int64(number)), price: one, quantity: one, aggressor: .buy,
        exchangeTime: .epoch, receiveTime: .epoch)
      _ = published.trades?.receive(trade, moment)
    }
    for _ in 0..<6 { _ = published.trades?.receiveFetched(nil, moment) }
    #expect(published.delay(moment) == 30_000)
    published.restore(moment)
    #expect(published.delay(moment) == 1000)
  }

  @Test func itIsWantedByClientsOrAFeed() {
    let published = PublishedTopic(.trades, habits: StreamHabits(), epoch: 1)
    #expect(!published.isWanted)
    published.isMember = true
    #expect(published.isWanted)
  }

  @Test func aBreakIsWhatANewcomerMustKnow() {
    let published = PublishedTopic(.trades, habits: StreamHabits(), epoch: 1)
    #expect(published.notices(of: ToyExchange().id).isEmpty)
    published.brokenSince = Timestamp(microseconds: 5000)
    let notice = StreamNotice(
      .stale, exchange: ToyExchange().id, since: Timestamp(microseconds: 5000), cause: "disconnect")
    #expect(published.notices(of: ToyExchange().id) == [notice])
  }
}
