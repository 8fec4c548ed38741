import Contract
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import Services

/// Keeps what is delivered to a lane, as text.
private struct RecordingLane: DeliveryLane {
  let inbox = Inbox<String>()
  /// What is told of topics.
  let words = Inbox<String>()
  /// Where subscriptions begin.
  let points = Inbox<ResumePoint>()

  func post(_ delivery: Delivery) {
    switch delivery {
    case .notice(let topic, let notice):
      words.add("\(topic) \(notice.exchange) \(notice.kind)\(notice.cause == "disconnect" ? "" : " " + notice.cause)")
    case .end(let topic, let reason): words.add("\(topic) ended: \(reason)")
    case .admission(let admission):
      points.add(admission.standing.point)
      for notice in admission.notices { words.add("admitted \(notice.exchange) \(notice.kind)") }
    case .event: break
    }
    for event in delivery.events.map(\.event) {
      let frame = event.frame(EventForm(rawValue: 1)) ?? event.frame(EventForm(rawValue: 2))
      inbox.add(frame.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "no frame")
    }
  }
}

/// Keeps what is opened and closed upstream.
private final class RecordingSource: TopicSource {
  let inbox = Inbox<String>()

  func open(_ topic: Topic) { inbox.add("open \(topic)") }
  func open(_ topics: [Topic]) { for topic in topics { open(topic) } }
  func close(_ topic: Topic) { inbox.add("close \(topic)") }
}

/// Leads back to the publisher, on its loop.
private struct Line: PublisherLine {
  let publisher: LoopBound<TopicPublisher>
  let loop: EventLoop

  func post(_ message: PublisherMessage) { loop.post { publisher.value.handle(message) } }
}

private struct PlainEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
    switch event.market {
    case .trade(let trade): SharedBytes(Array("trade \(trade.price) as \(form.rawValue)".utf8))
    case .candle(let candle):
      SharedBytes(
        Array("candle \(candle.openTime.milliseconds / 60_000) \(candle.close)\(candle.isClosed ? " closed" : "")".utf8)
      )
    case .liquidation, nil: nil
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct TopicPublisherTests {
  private let candles = Topic(.candles(.oneMinute), of: ToyExchange.alpha)
  private let trades = Topic(.trades, of: ToyExchange.alpha)
  private let form = EventForm(rawValue: 1)
  private let other = EventForm(rawValue: 2)

  /// A publisher with two lanes, whose REST questions go to a real server.
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "publisher")
    let http: HTTPClient
    let lanes = [RecordingLane(), RecordingLane()]
    let source: LoopBound<RecordingSource>
    let opened: Inbox<String>
    let publisher: LoopBound<TopicPublisher>
    let registry = MetricsRegistry()

    init() throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop)
      let clock = SystemClock()
      let client = ExchangeClient(
        ToyExchange(), address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(registry, exchange: "toy"))
      let history = MarketHistory(ToyExchange(), client: client, clock: clock)
      let publisher = TopicPublisher(
        ToyExchange().id, lanes: lanes, encoder: PlainEncoder(), backfill: CandleBackfill(history, clock: clock),
        counters: BusCounters(registry, exchange: "toy"))
      let source = RecordingSource()
      publisher.source = source
      let bound = LoopBound(publisher, loop: loop)
      publisher.line = Line(publisher: bound, loop: loop)
      opened = source.inbox
      self.source = LoopBound(source, loop: loop)
      self.publisher = bound
    }

    func handle(_ message: PublisherMessage) { loop.post { publisher.value.handle(message) } }
    func receive(_ events: MarketEvent...) { loop.post { publisher.value.receive(events) } }
    func ended(_ topic: Topic) { loop.post { publisher.value.ended([topic]) } }
    func interrupted(_ topic: Topic, cause: BreakCause = .disconnect) {
      loop.post { publisher.value.interrupted([topic], cause: cause) }
    }
    func stalled(_ topic: Topic) { loop.post { publisher.value.interrupted([topic], cause: .stall) } }
    func restored(_ topic: Topic) { loop.post { publisher.value.restored([topic]) } }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  private func candle(_ minute: Int64, closed: Bool = false, close: Int = 1) -> MarketEvent {
    let price = FixedDecimal(close)
    return .candle(
      Candle(
        instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
        open: price, high: price, low: price, close: price, baseVolume: price, quoteVolume: nil, tradesCount: nil,
        isClosed: closed, receiveTime: .epoch))
  }

  private func trade(_ price: Int) -> MarketEvent {
    .trade(
      Trade(
        instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(price), quantity: FixedDecimal(1),
        aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch))
  }

  @Test func theFirstLaneOpensATopicAndTheLastOneClosesIt() async throws {
    let bench = try Bench()
    bench.handle(.open(trades, form, lane: 0))
    bench.handle(.open(trades, other, lane: 0))
    bench.handle(.open(trades, form, lane: 1))
    bench.handle(.close(trades, form, lane: 0))
    bench.handle(.close(trades, form, lane: 1))
    bench.handle(.close(trades, other, lane: 0))
    bench.handle(.close(trades, other, lane: 0))
    await bench.loop.settled()
    #expect(bench.opened.pending == ["open toy/ALPHAUSD/trades", "close toy/ALPHAUSD/trades"])
    await bench.stop()
  }

  @Test func anEventGoesOnceToEveryLaneThatWantsIt() async throws {
    let bench = try Bench()
    bench.handle(.open(trades, form, lane: 0))
    bench.handle(.open(trades, other, lane: 1))
    bench.receive(trade(5))
    #expect(try await bench.lanes[0].inbox.next() == "trade 5 as 1")
    #expect(try await bench.lanes[1].inbox.next() == "trade 5 as 1")
    bench.handle(.close(trades, form, lane: 0))
    bench.receive(trade(6))
    #expect(try await bench.lanes[1].inbox.next() == "trade 6 as 2")
    await bench.loop.settled()
    #expect(bench.lanes[0].inbox.pending.isEmpty)
    await bench.stop()
  }

  @Test func aNewcomerIsGivenTheCurrentCandle() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: "[]")
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(1, close: 4))
    #expect(try await bench.lanes[0].inbox.next() == "candle 1 4")
    bench.handle(.open(candles, form, lane: 1))
    #expect(try await bench.lanes[1].inbox.next() == "candle 1 4")
    await bench.stop()
  }

  @Test func aTopicThatSentNothingYetIsAskedForOverREST() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: #"[[4000000000000,"9","9","9","9","9"]]"#)
    bench.handle(.open(candles, form, lane: 0))
    #expect(try await bench.lanes[0].inbox.next() == "candle 66666666 9")
    await bench.stop()
  }

  @Test func theStateStaysThroughTheLingerAndIsForgottenAfterIt() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: "[]")
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(1, close: 4))
    bench.handle(.close(candles, form, lane: 0))
    bench.receive(candle(1, close: 5))
    bench.handle(.open(candles, form, lane: 1))
    #expect(try await bench.lanes[1].inbox.next() == "candle 1 5")
    bench.handle(.close(candles, form, lane: 1))
    bench.ended(candles)
    bench.receive(candle(1, close: 6))
    bench.upstream.answer("/candles", body: #"[[4000000000000,"7","7","7","7","7"]]"#)
    bench.handle(.open(candles, form, lane: 1))
    #expect(try await bench.lanes[1].inbox.next() == "candle 66666666 7")
    await bench.stop()
  }

  @Test func missedFinalsAreFetchedAndComeFirst() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: "[]")
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(1, closed: true))
    bench.upstream.answer("/candles", body: #"[[120000,"2","2","2","2","2"],[180000,"3","3","3","3","3"]]"#)
    bench.interrupted(candles)
    bench.receive(candle(4, close: 4))
    var seen: [String] = []
    for _ in 0..<4 { seen.append(try await bench.lanes[0].inbox.next()) }
    #expect(seen == ["candle 1 1 closed", "candle 2 2 closed", "candle 3 3 closed", "candle 4 4"])
    let text = String(decoding: bench.registry.prometheusText, as: UTF8.self)
    #expect(text.contains(#"marketgate_candle_backfills_total{exchange="toy"} 1"#))
    #expect(text.contains(#"marketgate_missing_candles_total{exchange="toy"} 0"#))
    await bench.stop()
  }

  @Test func aBreakAndItsEndAreToldOnceEach() async throws {
    let bench = try Bench()
    bench.handle(.open(trades, form, lane: 0))
    bench.interrupted(trades)
    bench.interrupted(trades)
    #expect(try await bench.lanes[0].words.next() == "toy/ALPHAUSD/trades toy stale")
    bench.handle(.open(trades, form, lane: 1))
    #expect(try await bench.lanes[1].words.next() == "admitted toy stale")
    bench.restored(trades)
    bench.restored(trades)
    for lane in bench.lanes { #expect(try await lane.words.next() == "toy/ALPHAUSD/trades toy recovered") }
    await bench.loop.settled()
    #expect(bench.lanes.allSatisfy { $0.words.pending.isEmpty })
    await bench.stop()
  }

  @Test func aBanThatFollowsABreakIsItsCause() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: "[]")
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(1, closed: true))
    bench.interrupted(candles)
    #expect(try await bench.lanes[0].words.next() == "toy/ALPHAUSD/candles(1m) toy stale")
    bench.interrupted(candles, cause: .ban)
    bench.restored(candles)
    #expect(try await bench.lanes[0].words.next() == "toy/ALPHAUSD/candles(1m) toy recovered ban")
    await bench.stop()
  }

  @Test func aStreamThatFellSilentIsToldAsThatUntilItDelivers() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: "[]")
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(1, closed: true))
    bench.stalled(candles)
    #expect(try await bench.lanes[0].words.next() == "toy/ALPHAUSD/candles(1m) toy stale stall")
    // The connection that breaks meanwhile is no news.
    bench.interrupted(candles)
    bench.restored(candles)
    #expect(try await bench.lanes[0].words.next() == "toy/ALPHAUSD/candles(1m) toy recovered stall")
    bench.upstream.answer("/candles", body: #"[[120000,"2","2","2","2","2"]]"#)
    bench.receive(candle(3, close: 3))
    var seen: [String] = []
    for _ in 0..<3 { seen.append(try await bench.lanes[0].inbox.next()) }
    #expect(seen == ["candle 1 1 closed", "candle 2 2 closed", "candle 3 3"])
    await bench.stop()
  }

  @Test func aCandleThatTheExchangeDoesNotHaveIsPassedOver() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: "[]")
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(1, closed: true))
    // The row of the candle that follows proves that the exchange has no more.
    bench.upstream.answer("/candles", body: #"[[120000,"2","2","2","2","2"],[240000,"4","4","4","4","4"]]"#)
    bench.receive(candle(4, close: 4))
    var seen: [String] = []
    for _ in 0..<3 { seen.append(try await bench.lanes[0].inbox.next()) }
    #expect(seen == ["candle 1 1 closed", "candle 2 2 closed", "candle 4 4"])
    #expect(bench.lanes[0].words.pending.isEmpty)
    await bench.stop()
  }

  @Test func aDelistingEndsTheTopicsOfItsInstrument() async throws {
    let bench = try Bench()
    bench.handle(.open(trades, form, lane: 0))
    bench.handle(.open(Topic(.trades, of: ToyExchange.beta), form, lane: 0))
    bench.handle(.listed([InstrumentChange(.delisted, ToyExchange.alpha, time: .epoch)]))
    #expect(try await bench.lanes[0].words.next() == "toy/ALPHAUSD/trades ended: symbol 'ALPHAUSD' was delisted")
    bench.receive(trade(5))
    await bench.loop.settled()
    #expect(bench.lanes[0].inbox.pending.isEmpty && bench.lanes[0].words.pending.isEmpty)
    #expect(
      bench.opened.pending
        == ["open toy/ALPHAUSD/trades", "open toy/BETAUSD/trades", "close toy/ALPHAUSD/trades"])
    await bench.stop()
  }

  @Test func whoComesBackWithinTheLingerMissesNothing() async throws {
    let bench = try Bench()
    bench.handle(.open(trades, form, lane: 0, isNumbered: true))
    bench.receive(trade(1))
    bench.handle(.close(trades, form, lane: 0))
    bench.receive(trade(2), trade(3))
    let point = try await bench.lanes[0].points.next()
    let since = ResumePoint(epoch: point.epoch, sequence: 1)
    bench.handle(.open(trades, form, lane: 1, since: since, isNumbered: true))
    #expect(try await bench.lanes[1].inbox.next() == "trade 2 as 1")
    #expect(try await bench.lanes[1].inbox.next() == "trade 3 as 1")
    await bench.stop()
  }

  @Test func anEventOfATopicNobodyOpenedIsLeft() async throws {
    let bench = try Bench()
    bench.receive(trade(1), candle(1))
    await bench.loop.settled()
    #expect(bench.lanes.allSatisfy { $0.inbox.pending.isEmpty })
    await bench.stop()
  }
}
