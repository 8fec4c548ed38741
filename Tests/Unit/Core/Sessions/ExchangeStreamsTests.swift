import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

/// Keeps what the sessions bring.
private final class RecordingSink: EventSink {
  enum News: Sendable, Equatable {
    case trade(Int64)
    case candle(Int64)
    case liquidation
    case interrupted([Topic], BreakCause)
    case restored([Topic])
    case ended([Topic])
  }

  let inbox = Inbox<News>()
  let confirmations = Inbox<[Topic]>()

  func receive(_ events: [MarketEvent]) {
    for event in events {
      switch event {
      case .trade(let trade):
        if case .number(let id) = trade.id { inbox.add(.trade(id)) }
      case .candle(let candle): inbox.add(.candle(candle.openTime.milliseconds))
      case .liquidation: inbox.add(.liquidation)
      }
    }
  }

  func confirmed(_ topics: [Topic]) { confirmations.add(topics) }
  func interrupted(_ topics: [Topic], cause: BreakCause) { inbox.add(.interrupted(topics, cause)) }
  func restored(_ topics: [Topic]) { inbox.add(.restored(topics)) }
  func ended(_ topics: [Topic]) { inbox.add(.ended(topics)) }
}

@Suite(.timeLimit(.minutes(1))) struct ExchangeStreamsTests {
  private static let trades = Topic(.trades, of: ToyExchange.alpha)
  private static let candles = Topic(.candles(.oneMinute), of: ToyExchange.alpha)

  /// The streams of the toy exchange against a real server on loopback, with short waits.
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "streams")
    let health = StreamHealth()
    let registry = MetricsRegistry()
    let catalog = Lock(ToyExchange.catalog)
    let streams: LoopBound<ExchangeStreams>
    private let held: LoopBound<RecordingSink>
    let news: Inbox<RecordingSink.News>
    let confirmations: Inbox<[Topic]>

    init(_ exchange: ToyExchange = ToyExchange(), linger: Int64 = 0) throws {
      upstream = try ToyUpstream()
      let sink = RecordingSink()
      let catalog = catalog
      let streams = ExchangeStreams(
        exchange,
        environment: ExchangeStreams.Environment(
          loop: loop, clock: SystemClock(), address: upstream.webSocketAddress, options: WebSocketClientOptions(),
          backoff: Backoff(first: 2, cap: 8, calm: 60_000), linger: linger, logger: .silent,
          counters: SessionCounters(registry, exchange: "toy"), health: health)
      ) { catalog.withLock { $0 } }
      streams.sink = sink
      (news, confirmations) = (sink.inbox, sink.confirmations)
      held = LoopBound(sink, loop: loop)
      self.streams = LoopBound(streams, loop: loop)
    }

    var text: String { String(decoding: registry.prometheusText, as: UTF8.self) }

    func open(_ topic: Topic) { loop.post { streams.value.open(topic) } }
    func close(_ topic: Topic) { loop.post { streams.value.close(topic) } }

    func stop() async {
      loop.post { streams.value.stop() }
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func theFirstDemandSubscribesAndDataFlows() async throws {
    let bench = try Bench()
    bench.open(Self.trades)
    #expect(try await bench.upstream.next() == .opened)
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["trades:ALPHAUSD"],"number":1}"#)
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.trade(id: 7))
    #expect(try await bench.news.next() == .trade(7))
    #expect(bench.health.snapshot.connections == 1)
    #expect(bench.health.snapshot.subscriptions == 1)
    #expect(bench.health.snapshot.lastMessage != nil)
    await bench.stop()
  }

  @Test func eachConfirmationIsToldOnce() async throws {
    let bench = try Bench()
    bench.open(Self.trades)
    _ = try await bench.upstream.nextText()
    // Neither an answer to nothing nor one told again confirms anything.
    for request in [7, 1, 1] { bench.upstream.send(ToyFrames.taken(request)) }
    bench.open(Self.candles)
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.taken(2))
    #expect(try await bench.confirmations.next() == [Self.trades])
    #expect(try await bench.confirmations.next() == [Self.candles])
    await bench.stop()
  }

  @Test func furtherDemandForATopicAsksForNothing() async throws {
    let bench = try Bench()
    for _ in 0..<200 { bench.open(Self.trades) }
    bench.open(Self.candles)
    var messages = ""
    while !messages.contains("candles(1m):ALPHAUSD") {
      let text = try await bench.upstream.nextText()
      messages += text
      bench.upstream.send(ToyFrames.taken(text.contains("\"number\":1") ? 1 : 2))
    }
    #expect(messages.components(of: "trades:ALPHAUSD") == 1)
    await bench.stop()
  }

  @Test func theLastDemandGoneEndsTheTopicAndTheConnection() async throws {
    let bench = try Bench()
    bench.open(Self.trades)
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.taken(1))
    bench.close(Self.trades)
    #expect(try await bench.news.next() == .ended([Self.trades]))
    while try await bench.upstream.next() != .closed {}
    await bench.stop()
  }

  @Test func oneTopicOfTwoIsClosedByAMessage() async throws {
    let bench = try Bench()
    bench.open(Self.trades)
    bench.open(Self.candles)
    var text = ""
    var request = 0
    while !text.contains("candles") {
      text = try await bench.upstream.nextText()
      request += 1
      bench.upstream.send(ToyFrames.taken(request))
    }
    bench.close(Self.trades)
    #expect(
      try await bench.upstream.nextText() == #"{"op":"close","topics":["trades:ALPHAUSD"],"number":\#(request + 1)}"#)
    await bench.stop()
  }

  @Test(arguments: [WebSocketCloseCode.normal, .goingAway, .internalError])
  func afterEveryCloseItConnectsAndSubscribesAgain(code: WebSocketCloseCode) async throws {
    let bench = try Bench()
    bench.open(Self.trades)
    for round in 1...5 {
      while try await bench.upstream.next() != .opened {}
      _ = try await bench.upstream.nextText()
      bench.upstream.send(ToyFrames.taken(1))
      bench.upstream.send(ToyFrames.trade(id: round))
      var news: [RecordingSink.News] = []
      // The confirmation and the trade may come in one read, and then in either order.
      while news.count < (round == 1 ? 1 : 2) { news.append(try await bench.news.next()) }
      #expect(news.contains(.trade(Int64(round))))
      #expect(news.contains(.restored([Self.trades])) == (round > 1))
      bench.upstream.closeAll(code)
      #expect(try await bench.news.next() == .interrupted([Self.trades], .disconnect))
    }
    await bench.stop()
  }

  @Test func garbageIsCountedAndTheStreamGoesOn() async throws {
    let bench = try Bench()
    bench.open(Self.trades)
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.taken(1))
    for garbage in ["{", "[]nonsense", #"{"trade":{"symbol":5}}"#] { bench.upstream.send(garbage) }
    bench.upstream.send(ToyFrames.trade(id: 1))
    #expect(try await bench.news.next() == .trade(1))
    #expect(bench.text.contains(#"marketgate_upstream_undecodable_messages_total{exchange="toy"} 3"#))
    await bench.stop()
  }

  @Test func topicsBeyondAConnectionsLimitOpenAnother() async throws {
    var exchange = ToyExchange()
    exchange.declaration.streams.topicsPerConnection = 1
    let bench = try Bench(exchange)
    bench.open(Self.trades)
    bench.open(Self.candles)
    var opened = 0
    while opened < 2 { if try await bench.upstream.next() == .opened { opened += 1 } }
    await bench.stop()
  }

  @Test func severalTopicsOfOneFormAreOneSubscription() async throws {
    let bench = try Bench()
    let (one, other) = (Topic(.liquidations, of: ToyExchange.alpha), Topic(.liquidations, of: ToyExchange.beta))
    bench.open(one)
    bench.open(other)
    let text = try await bench.upstream.nextText()
    #expect(text == #"{"op":"open","topics":["liquidations"],"number":1}"#)
    bench.upstream.send(ToyFrames.taken(1))
    bench.close(one)
    bench.upstream.send(ToyFrames.liquidation())
    #expect(try await bench.news.next() == .liquidation)
    bench.close(other)
    guard case .ended(let topics) = try await bench.news.next() else {
      Issue.record("the topics did not end")
      return
    }
    #expect(Set(topics) == [one, other])
    await bench.stop()
  }

  @Test func aRefusedTopicIsCountedAndTheOthersStand() async throws {
    let bench = try Bench()
    bench.open(Self.trades)
    bench.open(Self.candles)
    var names: Set<String> = []
    for request in 1...4 where names.count < 2 {
      let text = try await bench.upstream.nextText()
      if text.contains("candles") {
        bench.upstream.send(ToyFrames.refused(request))
        if !text.contains("trades") { names.insert("candles") }
      } else {
        names.insert("trades")
        bench.upstream.send(ToyFrames.taken(request))
      }
    }
    bench.upstream.send(ToyFrames.trade(id: 1))
    #expect(try await bench.news.next() == .trade(1))
    // What one read brings is handed on before its answers are looked at.
    await bench.loop.settled()
    #expect(bench.text.contains(#"marketgate_upstream_refused_topics_total{exchange="toy"} 1"#))
    await bench.stop()
  }

  @Test func theExchangesOwnPingIsSentAndAnythingBackAnswersIt() async throws {
    var exchange = ToyExchange()
    exchange.declaration.streams.ping = .text("ping", everyMilliseconds: 20)
    let bench = try Bench(exchange)
    bench.open(Self.trades)
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.taken(1))
    for _ in 0..<3 {
      #expect(try await bench.upstream.nextText() == "ping")
      bench.upstream.send(ToyFrames.pong)
    }
    await bench.stop()
  }

  @Test func anExchangeThatIsNotThereMakesTheStreamsUnhealthyAfterAMinute() async throws {
    let bench = try Bench()
    await bench.upstream.stop()
    bench.open(Self.trades)
    await bench.loop.settled()
    let downSince = try #require(bench.health.snapshot.downSince)
    #expect(bench.health.isHealthy(now: downSince + 60_000))
    #expect(!bench.health.isHealthy(now: downSince + 60_001))
    bench.loop.post { bench.streams.value.stop() }
    bench.loop.shutdown()
  }

  @Test func manyTopicsFillConnectionsAndAreAskedForTogether() async throws {
    var exchange = ToyExchange()
    exchange.declaration.streams.topicsPerConnection = 3
    exchange.declaration.streams.topicsPerMessage = 8
    let bench = try Bench(exchange)
    let intervals = ["1m", "5m", "1h"].compactMap { Interval($0) }
    let topics = [ToyExchange.alpha, ToyExchange.beta].flatMap { instrument in
      intervals.map { Topic(.candles($0), of: instrument) } + [Topic(.trades, of: instrument)]
    }
    bench.loop.post { bench.streams.value.open(topics + topics) }
    var sizes: [Int] = []
    var asked: Set<Substring> = []
    while sizes.count < 3 {
      let message = try await bench.upstream.nextText()
      let names = message.split(separator: "\"").filter { $0.contains(":") && $0.hasSuffix("USD") }
      sizes.append(names.count)
      asked.formUnion(names)
    }
    #expect(sizes.sorted() == [2, 3, 3])
    #expect(asked.count == 8)
    await bench.stop()
  }

  @Test func aConnectionThatIsOpenUnderstandsWhatIsListedLater() async throws {
    let bench = try Bench()
    bench.catalog.withLock { $0 = InstrumentCatalog([ToyExchange.alpha]) }
    bench.open(Topic(.liquidations, ofAllOn: ToyExchange.alpha.exchange))
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.liquidation("BETAUSD"))
    bench.upstream.send(ToyFrames.liquidation("ALPHAUSD"))
    #expect(try await bench.news.next() == .liquidation)
    bench.catalog.withLock { $0 = ToyExchange.catalog }
    bench.loop.post { bench.streams.value.listed() }
    await bench.loop.settled()
    bench.upstream.send(ToyFrames.liquidation("BETAUSD"))
    #expect(try await bench.news.next() == .liquidation)
    #expect(bench.news.pending.isEmpty)
    #expect(bench.text.contains(#"unknown_instruments_total{exchange="toy"} 1"#))
    await bench.stop()
  }

  @Test func anInstrumentIsReadFromTheTopicOfAllWhereThereIsOne() async throws {
    var exchange = ToyExchange()
    exchange.liquidationTopics = .both
    let bench = try Bench(exchange)
    let (alpha, all) = (Topic(.liquidations, of: ToyExchange.alpha), Topic(.liquidations, ofAllOn: exchange.id))
    bench.open(alpha)
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["liquidations"],"number":1}"#)
    bench.upstream.send(ToyFrames.taken(1))
    bench.open(all)
    bench.close(all)
    bench.upstream.send(ToyFrames.liquidation())
    #expect(try await bench.news.next() == .liquidation)
    #expect(bench.health.snapshot.subscriptions == 1)
    bench.close(alpha)
    guard case .ended(let topics) = try await bench.news.next() else {
      Issue.record("not ended")
      return
    }
    #expect(Set(topics) == [alpha, all])
    await bench.stop()
  }
}

extension String {
  fileprivate func components(of part: String) -> Int {
    split(separator: part, omittingEmptySubsequences: false).count - 1
  }
}
