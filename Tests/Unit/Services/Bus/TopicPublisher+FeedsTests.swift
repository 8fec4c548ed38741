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
    guard case .event(let topic, let event) = delivery else { return }
    inbox.add("\(topic) \(event.event.notional.map { "\($0)" } ?? "-")")
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

/// Keeps what the feeds are handed.
private struct RecordingFeeds: FeedLine {
  let inbox = Inbox<String>()
  let causes = Inbox<String>()

  func post(_ message: FeedMessage) {
    switch message {
    case .lane: inbox.add("unexpected")
    case .notice(let feed, let notice):
      causes.add(notice.cause)
      inbox.add("\(feed.rawValue) \(notice.kind) since \(notice.since.milliseconds)")
    case .events(let feed, let events):
      for event in events { inbox.add("\(feed.rawValue) \(event.notional.map { "\($0)" } ?? "-")") }
    }
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
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? { SharedBytes([0]) }
}

/// Topics of all instruments: what they open upstream, and which events are theirs.
@Suite(.timeLimit(.minutes(1))) struct TopicPublisherFeedsTests {
  private static let exchange = ToyExchange.alpha.exchange
  private let form = EventForm(rawValue: 1)

  /// A publisher used on the test's own thread: no candle, so no question over REST.
  private struct Bench {
    let loop = EventLoop(name: "feeds")
    let http: HTTPClient
    let lane = RecordingLane()
    let feeds = RecordingFeeds()
    let source = RecordingSource()
    let membership = Membership()
    let registry = MetricsRegistry()
    let clock = ManualClock(wallClock: Timestamp(microseconds: 2_000_000_000))
    let publisher: TopicPublisher

    init(repeatsTrades: Bool = false) {
      http = HTTPClient(loop: loop)
      let client = ExchangeClient(
        ToyExchange(), address: "http://127.0.0.1:1", http: http, clock: SystemClock(),
        counters: ClientCounters(registry, exchange: "toy"))
      var habits = StreamHabits()
      habits.repeatsTrades = repeatsTrades
      publisher = TopicPublisher(
        ToyExchange().id, lanes: [lane], encoder: NoEncoder(),
        backfill: CandleBackfill(
          MarketHistory(ToyExchange(), client: client, clock: SystemClock()), clock: SystemClock()),
        counters: BusCounters(registry, exchange: "toy"), habits: habits, clock: clock)
      publisher.source = source
      publisher.membership = membership
      publisher.feedLine = feeds
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
    bench.publisher.handle(.feed(.liquidations, isWanted: true))
    bench.publisher.handle(.feed(.liquidations, isWanted: true))
    #expect(bench.source.taken() == ["open toy/*/liquidations"])
    bench.publisher.receive([liquidation(3)])
    #expect(bench.feeds.inbox.pending == ["liquidations 3"])
    bench.publisher.handle(.open(Topic(.liquidations, of: ToyExchange.beta), form, lane: 0))
    bench.publisher.receive([liquidation(4, of: ToyExchange.beta)])
    #expect(bench.feeds.inbox.pending == ["liquidations 3", "liquidations 4"])
    #expect(bench.lane.inbox.pending == ["toy/BETAUSD/liquidations 4"])
    bench.publisher.handle(.feed(.liquidations, isWanted: false))
    #expect(bench.source.taken() == ["close toy/*/liquidations", "open toy/BETAUSD/liquidations"])
    bench.publisher.receive([liquidation(5)])
    #expect(bench.lane.inbox.pending.count == 1 && bench.feeds.inbox.pending.count == 2)
    #expect(bench.membership.demand.pending == [true, false])
    await bench.stop()
  }

  @Test func membersFollowTheListAndAreSharedWithClientsOfTheirOwn() async {
    let bench = Bench()
    let alpha = Topic(.liquidations, of: ToyExchange.alpha)
    bench.publisher.handle(.feed(.liquidations, isWanted: true))
    #expect(bench.source.taken().isEmpty)
    bench.membership.set(.instruments([ToyExchange.alpha]))
    bench.publisher.handle(.listed([]))
    #expect(bench.source.taken() == ["open toy/ALPHAUSD/liquidations"])
    bench.publisher.handle(.open(alpha, form, lane: 0))
    #expect(bench.source.taken().isEmpty)
    bench.membership.set(.instruments([ToyExchange.beta]))
    bench.publisher.handle(.listed([]))
    // The one that left the list is still wanted by its own client.
    #expect(bench.source.taken() == ["open toy/BETAUSD/liquidations"])
    bench.publisher.receive([liquidation(1), liquidation(2, of: ToyExchange.beta)])
    #expect(bench.lane.inbox.pending == ["toy/ALPHAUSD/liquidations 1"])
    #expect(bench.feeds.inbox.pending.last == "liquidations 2")
    bench.publisher.handle(.close(alpha, form, lane: 0))
    bench.publisher.handle(.feed(.liquidations, isWanted: false))
    #expect(bench.source.taken() == ["close toy/ALPHAUSD/liquidations", "close toy/BETAUSD/liquidations"])
    bench.publisher.handle(.listed([]))
    #expect(bench.source.taken().isEmpty)
    await bench.stop()
  }

  @Test func aClientThatLeavesAMemberDoesNotCloseItForTheFeed() async {
    let bench = Bench()
    let alpha = Topic(.trades, of: ToyExchange.alpha)
    bench.membership.set(.instruments([ToyExchange.alpha]))
    bench.publisher.handle(.open(alpha, form, lane: 0))
    bench.publisher.handle(.feed(.trades, isWanted: true))
    bench.publisher.handle(.close(alpha, form, lane: 0))
    bench.publisher.ended([alpha])
    #expect(bench.source.taken() == ["open toy/ALPHAUSD/trades"])
    bench.publisher.receive([trade(7)])
    #expect(bench.feeds.inbox.pending == ["large_trades 7"])
    await bench.stop()
  }

  @Test func tradesOfOtherSymbolsAreNotTheFeeds() async {
    let bench = Bench()
    bench.membership.set(.instruments([ToyExchange.alpha]))
    bench.publisher.handle(.feed(.trades, isWanted: true))
    bench.publisher.handle(.open(Topic(.trades, of: ToyExchange.beta), form, lane: 0))
    bench.publisher.receive([trade(1, of: ToyExchange.beta), trade(2)])
    #expect(bench.lane.inbox.pending == ["toy/BETAUSD/trades 1"])
    #expect(bench.feeds.inbox.pending == ["large_trades 2"])
    await bench.stop()
  }

  @Test func tradesToldAgainAreNoNewsToTheFeed() async {
    let bench = Bench(repeatsTrades: true)
    bench.membership.set(.instruments([ToyExchange.alpha]))
    bench.publisher.handle(.feed(.trades, isWanted: true))
    bench.publisher.receive([trade(1, at: 1, isRepeat: true), trade(2, at: 2)])
    bench.publisher.receive([trade(2, at: 2, isRepeat: true), trade(3, at: 3, isRepeat: true)])
    #expect(bench.feeds.inbox.pending == ["large_trades 2", "large_trades 3"])
    await bench.stop()
  }

  @Test func whatIsNotQuotedInDollarsIsCountedAndLeftOut() async {
    let bench = Bench()
    let cross = Instrument(
      exchange: Self.exchange, symbol: "ALPHABETA", base: "ALPHA", quote: "BETA", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: 1)
    bench.membership.set(.whole)
    bench.publisher.handle(.feed(.liquidations, isWanted: true))
    bench.publisher.handle(.open(Topic(.liquidations, of: cross), form, lane: 0))
    bench.publisher.receive([liquidation(1, of: cross)])
    #expect(bench.lane.inbox.pending == ["toy/ALPHABETA/liquidations 1"])
    #expect(bench.feeds.inbox.pending.isEmpty)
    let text = String(decoding: bench.registry.prometheusText, as: UTF8.self)
    #expect(text.contains(#"marketgate_feed_other_quotes_total{exchange="toy"} 1"#))
    await bench.stop()
  }

  @Test func aFeedIsBrokenFromItsFirstBrokenPartToItsLastRestoredOne() async {
    let bench = Bench()
    let parts = [ToyExchange.alpha, ToyExchange.beta].map { Topic(.liquidations, of: $0) }
    bench.membership.set(.instruments([ToyExchange.alpha, ToyExchange.beta]))
    bench.publisher.handle(.feed(.liquidations, isWanted: true))
    bench.publisher.interrupted([parts[0], Topic(.trades, of: ToyExchange.alpha)], cause: .disconnect)
    bench.clock.advance(milliseconds: 4000)
    bench.publisher.interrupted(parts, cause: .disconnect)
    #expect(bench.feeds.inbox.pending == ["liquidations stale since 2000000"])
    bench.publisher.restored([parts[0]])
    #expect(bench.feeds.inbox.pending.count == 1)
    bench.publisher.restored([parts[1]])
    #expect(bench.feeds.inbox.pending.last == "liquidations recovered since 2000000")
    await bench.stop()
  }

  @Test func aFeedWhosePartFellSilentIsToldSo() async {
    let bench = Bench()
    bench.membership.set(.whole)
    bench.publisher.handle(.feed(.liquidations, isWanted: true))
    bench.publisher.interrupted([Topic(.liquidations, ofAllOn: Self.exchange)], cause: .stall)
    bench.publisher.restored([Topic(.liquidations, ofAllOn: Self.exchange)])
    #expect(bench.feeds.causes.pending == ["stall", "stall"])
    await bench.stop()
  }

  @Test func whatChangedInTheListIsToldToTheFeedOfInstruments() async {
    let bench = Bench()
    let change = InstrumentChange(.changed, ToyExchange.alpha, time: .epoch)
    bench.publisher.handle(.listed([change]))
    #expect(bench.feeds.inbox.pending == ["instruments -"])
    await bench.stop()
  }
}
