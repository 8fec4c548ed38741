import Contract
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import Services

private struct RecordingLane: DeliveryLane {
  let inbox = Inbox<String>()

  func post(_ delivery: Delivery) {
    inbox.add("\(delivery.topic) \(delivery.event.event.notional.map { "\($0)" } ?? "-")")
  }
}

private final class RecordingSource: TopicSource {
  var calls: [String] = []

  func open(_ topic: Topic) { calls.append("open \(topic)") }
  func open(_ topics: [Topic]) { for topic in topics { open(topic) } }
  func close(_ topic: Topic) { calls.append("close \(topic)") }

  /// The calls since the last time, in the order of their names: those of one list come in any.
  func taken() -> [String] {
    defer { calls = [] }
    return calls.sorted()
  }
}

/// Members that a test sets.
private struct Membership: FeedMembership {
  let members = Lock(TopicMembers.unknown)
  let demand = Inbox<Bool>()

  func members(of channel: Channel) -> TopicMembers { members.withLock { $0 } }
  func demandChanged(_ isWanted: Bool) { demand.add(isWanted) }
  func set(_ next: TopicMembers) { members.withLock { $0 = next } }
}

private struct NoEncoder: EventEncoder {
  func frame(_ event: MarketEvent, as form: EventForm) -> SharedBytes? { SharedBytes([0]) }
}

/// Topics of all instruments: what they open upstream, and which events are theirs.
@Suite(.timeLimit(.minutes(1))) struct TopicPublisherFeedsTests {
  private static let exchange = ToyExchange.alpha.exchange
  private let liquidations = Topic(.liquidations, ofAllOn: exchange)
  private let trades = Topic(.trades, ofAllOn: exchange)
  private let form = EventForm(rawValue: 1)

  /// A publisher used on the test's own thread: no candle, so no question over REST.
  private struct Bench {
    let loop = EventLoop(name: "feeds")
    let http: HTTPClient
    let lane = RecordingLane()
    let source = RecordingSource()
    let membership = Membership()
    let registry = MetricsRegistry()
    let publisher: TopicPublisher

    init(repeatsTrades: Bool = false) {
      http = HTTPClient(loop: loop)
      let client = ExchangeClient(
        ToyExchange(), address: "http://127.0.0.1:1", http: http, clock: SystemClock(),
        counters: ClientCounters(registry, exchange: "toy"))
      var habits = StreamHabits()
      habits.repeatsTrades = repeatsTrades
      publisher = TopicPublisher(
        lanes: [lane], encoder: NoEncoder(),
        backfill: CandleBackfill(
          MarketHistory(ToyExchange(), client: client, clock: SystemClock()), clock: SystemClock()),
        counters: BusCounters(registry, exchange: "toy"), habits: habits)
      publisher.source = source
      publisher.membership = membership
    }

    func stop() async {
      await http.shutdown()
      loop.shutdown()
    }
  }

  private func liquidation(_ price: Int, of instrument: Instrument = ToyExchange.alpha) -> MarketEvent {
    .liquidation(
      Liquidation(
        instrument: instrument, liquidated: .long, price: FixedDecimal(price), quantity: FixedDecimal(1),
        exchangeTime: .epoch, receiveTime: .epoch))
  }

  private func trade(
    _ id: Int64, of instrument: Instrument = ToyExchange.alpha, at time: Int64 = 0, isRepeat: Bool = false
  ) -> MarketEvent {
    .trade(
      Trade(
        instrument: instrument, id: .number(id), price: FixedDecimal(Int(id)), quantity: FixedDecimal(1),
        aggressor: .buy, exchangeTime: Timestamp(microseconds: time), receiveTime: .epoch, isRepeat: isRepeat))
  }

  @Test func whatIsStreamedWholeIsOpenedOnceAndEveryEventGoesToBothItsTopics() async {
    let bench = Bench()
    bench.membership.set(.whole)
    bench.publisher.handle(.open(liquidations, form, lane: 0))
    bench.publisher.handle(.open(liquidations, form.compressed, lane: 0))
    #expect(bench.source.taken() == ["open toy/*/liquidations"])
    bench.publisher.receive([liquidation(3)])
    #expect(bench.lane.inbox.pending == ["toy/*/liquidations 3"])
    bench.publisher.handle(.open(Topic(.liquidations, of: ToyExchange.beta), form, lane: 0))
    bench.publisher.receive([liquidation(4, of: ToyExchange.beta)])
    #expect(
      bench.lane.inbox.pending == ["toy/*/liquidations 3", "toy/BETAUSD/liquidations 4", "toy/*/liquidations 4"])
    bench.publisher.handle(.close(liquidations, form, lane: 0))
    bench.publisher.handle(.close(liquidations, form.compressed, lane: 0))
    #expect(bench.source.taken() == ["close toy/*/liquidations", "open toy/BETAUSD/liquidations"])
    bench.publisher.receive([liquidation(5)])
    #expect(bench.lane.inbox.pending.count == 3)
    #expect(bench.membership.demand.pending == [true, false])
    await bench.stop()
  }

  @Test func membersFollowTheListAndAreSharedWithClientsOfTheirOwn() async {
    let bench = Bench()
    let alpha = Topic(.liquidations, of: ToyExchange.alpha)
    bench.publisher.handle(.open(liquidations, form, lane: 0))
    #expect(bench.source.taken().isEmpty)
    bench.membership.set(.instruments([ToyExchange.alpha]))
    bench.publisher.handle(.listed)
    #expect(bench.source.taken() == ["open toy/ALPHAUSD/liquidations"])
    bench.publisher.handle(.open(alpha, form, lane: 0))
    #expect(bench.source.taken().isEmpty)
    bench.membership.set(.instruments([ToyExchange.beta]))
    bench.publisher.handle(.listed)
    // The one that left the list is still wanted by its own client.
    #expect(bench.source.taken() == ["open toy/BETAUSD/liquidations"])
    bench.publisher.receive([liquidation(1), liquidation(2, of: ToyExchange.beta)])
    #expect(bench.lane.inbox.pending == ["toy/ALPHAUSD/liquidations 1", "toy/*/liquidations 2"])
    bench.publisher.handle(.close(alpha, form, lane: 0))
    bench.publisher.handle(.close(liquidations, form, lane: 0))
    #expect(bench.source.taken() == ["close toy/ALPHAUSD/liquidations", "close toy/BETAUSD/liquidations"])
    bench.publisher.handle(.listed)
    #expect(bench.source.taken().isEmpty)
    await bench.stop()
  }

  @Test func aClientThatLeavesAMemberDoesNotCloseItForTheFeed() async {
    let bench = Bench()
    let alpha = Topic(.trades, of: ToyExchange.alpha)
    bench.membership.set(.instruments([ToyExchange.alpha]))
    bench.publisher.handle(.open(alpha, form, lane: 0))
    bench.publisher.handle(.open(trades, form, lane: 0))
    bench.publisher.handle(.close(alpha, form, lane: 0))
    bench.publisher.ended([alpha])
    #expect(bench.source.taken() == ["open toy/ALPHAUSD/trades"])
    bench.publisher.receive([trade(7)])
    #expect(bench.lane.inbox.pending == ["toy/*/trades 7"])
    await bench.stop()
  }

  @Test func tradesOfOtherSymbolsAreNotTheFeeds() async {
    let bench = Bench()
    bench.membership.set(.instruments([ToyExchange.alpha]))
    bench.publisher.handle(.open(trades, form, lane: 0))
    bench.publisher.handle(.open(Topic(.trades, of: ToyExchange.beta), form, lane: 0))
    bench.publisher.receive([trade(1, of: ToyExchange.beta), trade(2)])
    #expect(bench.lane.inbox.pending == ["toy/BETAUSD/trades 1", "toy/*/trades 2"])
    await bench.stop()
  }

  @Test func tradesToldAgainAreNoNewsToTheFeed() async {
    let bench = Bench(repeatsTrades: true)
    bench.membership.set(.instruments([ToyExchange.alpha]))
    bench.publisher.handle(.open(trades, form, lane: 0))
    bench.publisher.receive([trade(1, at: 1, isRepeat: true), trade(2, at: 2)])
    bench.publisher.receive([trade(2, at: 2, isRepeat: true), trade(3, at: 3, isRepeat: true)])
    #expect(bench.lane.inbox.pending == ["toy/*/trades 2", "toy/*/trades 3"])
    await bench.stop()
  }

  @Test func whatIsNotQuotedInDollarsIsCountedAndLeftOut() async {
    let bench = Bench()
    let cross = Instrument(
      exchange: Self.exchange, symbol: "ALPHABETA", base: "ALPHA", quote: "BETA", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: 1)
    bench.membership.set(.whole)
    bench.publisher.handle(.open(liquidations, form, lane: 0))
    bench.publisher.handle(.open(Topic(.liquidations, of: cross), form, lane: 0))
    bench.publisher.receive([liquidation(1, of: cross)])
    #expect(bench.lane.inbox.pending == ["toy/ALPHABETA/liquidations 1"])
    let text = String(decoding: bench.registry.prometheusText, as: UTF8.self)
    #expect(text.contains(#"marketgate_feed_other_quotes_total{exchange="toy"} 1"#))
    await bench.stop()
  }
}
