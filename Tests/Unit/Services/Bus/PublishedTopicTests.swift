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

private struct NoLane: DeliveryLane {
  func post(_ delivery: Delivery) {}
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
      withUnsafePointer(to: candle) {
        published.publish($0, on: Topic(.candles(.oneMinute), of: ToyExchange.alpha), to: output)
      }
    }
    #expect(published.latest?.sequence == 2 && published.latest?.event == .market(candle))
  }

  @Test func aTradeThatNobodyWillAskForIsNumberedAllTheSame() {
    let published = PublishedTopic(.trades, habits: StreamHabits(), epoch: 1)
    let topic = Topic(.trades, of: ToyExchange.alpha)
    let output = BusOutput(lanes: [NoLane()], encoder: NoEncoder(), encodings: Counter())
    let one = FixedDecimal(1)
    func publish(_ number: Int64) {
      let trade = Trade(
        instrument: ToyExchange.alpha, id: .number(number), price: one, quantity: one, aggressor: .buy,
        exchangeTime: .epoch, receiveTime: .epoch)
      withUnsafePointer(to: .trade(trade)) { published.publish($0, on: topic, to: output) }
    }
    publish(1)
    publish(2)
    #expect(published.audience.log.sequence == 2 && !published.audience.isHeard)
    let form = EventForm(rawValue: 1)
    let request = JoinRequest(topic: .market(topic), form: form, lane: 0, ticket: 1, isNumbered: true, since: nil)
    published.audience.add(request)
    publish(3)
    // Through the linger the client may come back for what it missed.
    _ = published.audience.remove(form, lane: 0)
    publish(4)
    let missed = published.audience.log.entries(after: ResumePoint(epoch: 1, sequence: 2)) ?? []
    #expect(published.audience.isHeard && missed.map(\.sequence) == [3, 4])
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
