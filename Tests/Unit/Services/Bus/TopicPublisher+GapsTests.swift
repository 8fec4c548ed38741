import Contract
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import Services

/// Writes down what it is told, as text.
private final class TextBook: GapBook {
  private let inbox: Inbox<String>
  private let last = Lock<UInt64>(0)

  init(_ inbox: Inbox<String>) {
    self.inbox = inbox
  }

  func open(_ opening: GapOpening, _ change: GapChange?) -> UInt64 {
    let id = last.withLock { last in
      last += 1
      return last
    }
    let symbol = opening.key.instrument?.symbol ?? "*"
    let known = change.map { " \(word(of: $0))" } ?? ""
    inbox.add("\(id) \(symbol) \(opening.key.channel) \(opening.cause.rawValue)\(known)")
    return id
  }

  func note(_ change: GapChange, of id: UInt64) { inbox.add("\(id) \(word(of: change))") }

  private func word(of change: GapChange) -> String {
    switch change {
    case .cause(let cause): cause.rawValue
    case .delivered: "delivered"
    case .filled(let source): "filled \(source.rawValue)"
    case .unfillable(let missing): "unfillable \(missing.map { "\($0)" } ?? "?")"
    }
  }
}

/// Keeps what is delivered, as text.
private struct TextLane: DeliveryLane {
  let inbox = Inbox<String>()

  func post(_ delivery: Delivery) {
    for event in delivery.events.map(\.event.event) {
      switch event {
      case .market(.trade(let trade)): inbox.add("\(trade.id)")
      case .market(.candle(let candle)): inbox.add("\(candle.openTime.milliseconds / 60_000)")
      case .revision(let candle, let number): inbox.add("\(candle.openTime.milliseconds / 60_000) rev \(number)")
      default: inbox.add("?")
      }
    }
  }
}

/// Keeps what the feeds are handed.
private struct TextFeeds: FeedLine {
  let inbox = Inbox<String>()

  func post(_ message: FeedMessage) {
    guard case .events(_, let events) = message else { return }
    for case .market(.trade(let trade)) in events { inbox.add("\(trade.id)") }
  }
}

private struct NoEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? { nil }
}

private struct Line: PublisherLine {
  let publisher: LoopBound<TopicPublisher>
  let loop: EventLoop

  func post(_ message: PublisherMessage) { loop.post { publisher.value.handle(message) } }
}

/// Every instrument of the exchange is part of every feed.
private struct EveryInstrument: FeedMembership {
  func members(of channel: Channel) -> TopicMembers { .instruments([ToyExchange.alpha, ToyExchange.beta]) }
  func demandChanged(_ isWanted: Bool) {}
}

@Suite(.timeLimit(.minutes(1))) struct TopicPublisherGapsTests {
  private let trades = Topic(.trades, of: ToyExchange.alpha)
  private let others = Topic(.trades, of: ToyExchange.beta)
  private let candles = Topic(.candles(.oneMinute), of: ToyExchange.alpha)
  private let liquidations = Topic(.liquidations, of: ToyExchange.alpha)
  private let form = EventForm(rawValue: 1)

  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "publisher")
    let http: HTTPClient
    let lane = TextLane()
    let feeds = TextFeeds()
    let gaps = Inbox<String>()
    let registry = MetricsRegistry()
    let publisher: LoopBound<TopicPublisher>

    init() throws {
      upstream = try ToyUpstream()
      upstream.answer("/candles", body: "[]")
      http = HTTPClient(loop: loop)
      let clock = SystemClock()
      let client = ExchangeClient(
        ToyExchange(), address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(registry, exchange: "toy"))
      var habits = StreamHabits()
      habits.countsTrades = true
      let publisher = TopicPublisher(
        ToyExchange().id, lanes: [lane], encoder: NoEncoder(),
        backfill: CandleBackfill(MarketHistory(ToyExchange(), client: client, clock: clock), clock: clock),
        trades: TradeBackfill(ToyExchange(), client: client, clock: clock),
        counters: BusCounters(registry, exchange: "toy"), habits: habits)
      publisher.book = TextBook(gaps)
      publisher.feedLine = feeds
      publisher.membership = EveryInstrument()
      let bound = LoopBound(publisher, loop: loop)
      publisher.line = Line(publisher: bound, loop: loop)
      self.publisher = bound
    }

    func handle(_ message: PublisherMessage) { loop.post { publisher.value.handle(message) } }
    func receive(_ events: MarketEvent...) { loop.post { publisher.value.receive(events) } }
    func confirmed(_ topics: Topic...) { loop.post { publisher.value.confirmed(topics) } }
    func interrupted(_ topics: Topic..., cause: BreakCause = .disconnect) {
      loop.post { publisher.value.interrupted(topics, cause: cause) }
    }
    func restored(_ topics: Topic...) { loop.post { publisher.value.restored(topics) } }
    func ended(_ topics: Topic...) { loop.post { publisher.value.ended(topics) } }

    func told(_ count: Int) async throws -> [String] {
      var told: [String] = []
      for _ in 0..<count { told.append(try await gaps.next()) }
      return told
    }

    func delivered(_ count: Int) async throws -> [String] {
      var seen: [String] = []
      for _ in 0..<count { seen.append(try await lane.inbox.next()) }
      return seen
    }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  private func trade(_ number: Int64, of instrument: Instrument = ToyExchange.alpha) -> MarketEvent {
    let one = FixedDecimal(1)
    return .trade(
      Trade(
        instrument: instrument, id: .number(number), price: one, quantity: one, aggressor: .buy, exchangeTime: .epoch,
        receiveTime: .epoch))
  }

  private func final(_ minute: Int64, close: Int = 1) -> MarketEvent {
    let price = FixedDecimal(close)
    return .candle(
      Candle(
        instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
        open: price, high: price, low: price, close: price, baseVolume: price, quoteVolume: nil, tradesCount: nil,
        isClosed: true, receiveTime: .epoch))
  }

  /// The answer to a question for trades: those from the number asked for on, up to `last`.
  private func answerTrades(_ bench: Bench, upTo last: Int64) {
    bench.upstream.answer("/trades") { request in
      let from = request.query["from"].flatMap { Int64($0) } ?? 0
      let limit = request.query["limit"].flatMap { Int64($0) } ?? 0
      let rows = (from..<max(from, min(last + 1, from + limit))).map {
        #"{"id":\#($0),"price":"1","quantity":"1","side":"buy","time":0}"#
      }
      return .response(HTTPResponse(.ok, body: .bytes(Array("[\(rows.joined(separator: ","))]".utf8))))
    }
  }

  @Test func missingTradesAreFetchedInPagesAndComeFirst() async throws {
    let bench = try Bench()
    answerTrades(bench, upTo: 29)
    bench.handle(.open(trades, form, lane: 0))
    bench.receive(trade(5))
    bench.interrupted(trades)
    bench.receive(trade(30), trade(31))
    #expect(try await bench.delivered(27) == (5...31).map { "number(\($0))" })
    #expect(try await bench.told(3) == ["1 ALPHAUSD trades disconnect", "1 delivered", "1 filled rest"])
    let text = String(decoding: bench.registry.prometheusText, as: UTF8.self)
    #expect(text.contains(#"marketgate_trade_backfills_total{exchange="toy"} 3"#))
    await bench.stop()
  }

  @Test func aHoleInTheCountIsAGapThoughTheStreamStood() async throws {
    let bench = try Bench()
    answerTrades(bench, upTo: 6)
    bench.handle(.open(trades, form, lane: 0))
    bench.receive(trade(5), trade(7))
    #expect(try await bench.delivered(3) == ["number(5)", "number(6)", "number(7)"])
    #expect(try await bench.told(2) == ["1 ALPHAUSD trades skipped", "1 filled rest"])
    // One that is late fills its hole itself.
    bench.receive(trade(9), trade(8))
    #expect(try await bench.delivered(2) == ["number(8)", "number(9)"])
    #expect(try await bench.told(2) == ["2 ALPHAUSD trades skipped", "2 filled stream"])
    await bench.stop()
  }

  @Test func aBreakOfAStreamThatIsNotCountedIsLostForGood() async throws {
    let bench = try Bench()
    bench.handle(.open(liquidations, form, lane: 0))
    bench.confirmed(liquidations)
    bench.interrupted(liquidations)
    bench.interrupted(liquidations, cause: .ban)
    bench.restored(liquidations)
    #expect(try await bench.told(3) == ["1 ALPHAUSD liquidations disconnect", "1 ban", "1 unfillable ?"])
    await bench.stop()
  }

  /// A connection that was never had misses nothing; from its confirmation on every break is written down.
  @Test func aBreakBeforeTheFirstConfirmationIsNoGap() async throws {
    let bench = try Bench()
    bench.handle(.feed(.liquidations, isWanted: true))
    for topic in [trades, candles, liquidations] { bench.handle(.open(topic, form, lane: 0)) }
    bench.interrupted(trades, candles, liquidations)
    bench.handle(.open(liquidations, EventForm(rawValue: 2), lane: 0))
    bench.restored(trades, candles, liquidations)
    bench.confirmed(trades, candles)
    bench.interrupted(trades, candles, liquidations)
    #expect(try await bench.told(2) == ["1 ALPHAUSD trades disconnect", "2 ALPHAUSD candles(1m) disconnect"])
    bench.restored(liquidations)
    bench.confirmed(liquidations)
    bench.interrupted(liquidations)
    #expect(try await bench.told(2) == ["3 ALPHAUSD liquidations disconnect", "4 * liquidations disconnect"])
    await bench.stop()
  }

  @Test func aFeedIsOneGapAndFilledWhenAllItsPartsAre() async throws {
    let bench = try Bench()
    answerTrades(bench, upTo: 9)
    bench.handle(.feed(.trades, isWanted: true))
    bench.receive(trade(1), trade(8, of: ToyExchange.beta))
    bench.interrupted(trades, others)
    bench.restored(trades, others)
    bench.receive(trade(4), trade(9, of: ToyExchange.beta))
    #expect(try await bench.told(2) == ["1 * trades disconnect", "1 filled rest"])
    var seen: Set<String> = []
    for _ in 0..<6 { seen.insert(try await bench.feeds.inbox.next()) }
    #expect(seen == Set([1, 2, 3, 4, 8, 9].map { "number(\($0))" }))
    await bench.stop()
  }

  @Test func whoComesToABrokenStreamFindsItsGap() async throws {
    let bench = try Bench()
    bench.handle(.feed(.trades, isWanted: true))
    bench.receive(trade(1))
    bench.interrupted(trades, cause: .stall)
    bench.handle(.open(trades, form, lane: 0))
    bench.receive(trade(2))
    #expect(
      try await bench.told(3) == ["1 * trades stall", "2 ALPHAUSD trades stall", "2 filled stream"])
    await bench.stop()
  }

  @Test func aTopicOrFeedThatEndsClosesItsGaps() async throws {
    let bench = try Bench()
    for topic in [trades, candles, liquidations] { bench.handle(.open(topic, form, lane: 0)) }
    bench.handle(.feed(.liquidations, isWanted: true))
    bench.receive(trade(1), final(1))
    bench.confirmed(liquidations)
    bench.interrupted(trades, candles, liquidations)
    #expect(try await bench.told(4).count == 4)
    for topic in [trades, candles, liquidations] { bench.handle(.close(topic, form, lane: 0)) }
    bench.handle(.feed(.liquidations, isWanted: false))
    bench.ended(trades, candles, liquidations)
    #expect(
      Set(try await bench.told(4)) == ["1 unfillable ?", "2 unfillable ?", "3 unfillable ?", "4 unfillable ?"])
    await bench.stop()
  }

  @Test func aCorrectedFinalIsARevisionAndTakesThePlaceOfWhatIsKept() async throws {
    let bench = try Bench()
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(final(1), final(1), final(1, close: 7), final(2))
    #expect(try await bench.delivered(3) == ["1", "1 rev 1", "2"])
    let text = String(decoding: bench.registry.prometheusText, as: UTF8.self)
    #expect(text.contains(#"marketgate_revisions_total{exchange="toy"} 1"#))
    #expect(text.contains(#"marketgate_late_candles_total{exchange="toy"} 1"#))
    await bench.stop()
  }
}
