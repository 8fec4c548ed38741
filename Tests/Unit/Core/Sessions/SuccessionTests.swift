import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

/// Keeps what the sessions bring, as words.
private final class WordSink: EventSink {
  let inbox = Inbox<String>()

  func receive(_ events: [MarketEvent]) {
    for case .trade(let trade) in events {
      if case .number(let id) = trade.id { inbox.add("trade \(id)") }
    }
  }

  func confirmed(_ topics: [Topic]) {}
  func interrupted(_ topics: [Topic], cause: BreakCause) { inbox.add("interrupted \(topics.count) \(cause)") }
  func restored(_ topics: [Topic]) { inbox.add("restored \(topics.count)") }
  func ended(_ topics: [Topic]) {}
}

/// A connection that will be cut and the one that takes its place, against a real server on loopback.
@Suite(.timeLimit(.minutes(1))) struct SuccessionTests {
  private static let trades = Topic(.trades, of: ToyExchange.alpha)
  private static let candles = Topic(.candles(.oneMinute), of: ToyExchange.alpha)
  private static let asked = #"{"op":"open","topics":["trades:ALPHAUSD"],"number":1}"#

  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "succession")
    let health = StreamHealth()
    let registry = MetricsRegistry()
    let streams: LoopBound<ExchangeStreams>
    private let held: LoopBound<WordSink>
    let news: Inbox<String>

    init(overlap: Int64 = 20, change: (inout StreamLimits) -> Void = { _ in }) throws {
      upstream = try ToyUpstream()
      var exchange = ToyExchange()
      change(&exchange.declaration.streams)
      let sink = WordSink()
      var environment = ExchangeStreams.Environment(
        loop: loop, clock: SystemClock(), address: upstream.webSocketAddress, options: WebSocketClientOptions(),
        // Any connection has lasted.
        backoff: Backoff(first: 2, cap: 8, calm: 0), linger: 0, logger: .silent,
        counters: SessionCounters(registry, exchange: "toy"), health: health)
      environment.overlap = overlap
      let streams = ExchangeStreams(exchange, environment: environment) { ToyExchange.catalog }
      streams.sink = sink
      news = sink.inbox
      held = LoopBound(sink, loop: loop)
      self.streams = LoopBound(streams, loop: loop)
    }

    var text: String { String(decoding: registry.prometheusText, as: UTF8.self) }

    func open(_ topic: Topic) { loop.post { streams.value.open(topic) } }
    func close(_ topic: Topic) { loop.post { streams.value.close(topic) } }

    /// One connection that carries the trades, told that it will be closed; the second has asked for them.
    func rolled() async throws {
      open(SuccessionTests.trades)
      #expect(try await upstream.nextText() == SuccessionTests.asked)
      upstream.send(ToyFrames.taken(1), to: 0)
      upstream.send(ToyFrames.trade(id: 1), to: 0)
      #expect(try await news.next() == "trade 1")
      upstream.send(ToyFrames.closing, to: 0)
      #expect(try await upstream.next() == .opened)
      #expect(try await upstream.nextText() == SuccessionTests.asked)
    }

    func stop() async {
      loop.post { streams.value.stop() }
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func theNewConnectionTakesOverAndNothingIsLostOrTold() async throws {
    let bench = try Bench()
    try await bench.rolled()
    bench.upstream.send(ToyFrames.trade(id: 2), to: 0)
    #expect(try await bench.news.next() == "trade 2")
    for id in 2...3 { bench.upstream.send(ToyFrames.trade(id: id), to: 1) }
    #expect(try await bench.news.next() == "trade 3")
    for id in 3...4 { bench.upstream.send(ToyFrames.trade(id: id), to: 0) }
    #expect(try await bench.news.next() == "trade 4")
    bench.upstream.send(ToyFrames.taken(1), to: 1)
    #expect(try await bench.upstream.next() == .closed)
    bench.upstream.send(ToyFrames.trade(id: 5), to: 1)
    #expect(try await bench.news.next() == "trade 5")
    #expect(bench.news.pending.isEmpty)
    #expect(bench.health.snapshot.connections == 1 && bench.health.snapshot.downSince == nil)
    #expect(bench.text.contains(#"marketgate_upstream_rolls_total{exchange="toy"} 1"#))
    #expect(bench.text.contains(#"marketgate_upstream_repeated_events_total{exchange="toy"} 2"#))
    await bench.stop()
  }

  @Test func itCanBeSucceededAgainAndAgain() async throws {
    let bench = try Bench(overlap: 1)
    try await bench.rolled()
    for number in 1...4 {
      bench.upstream.send(ToyFrames.taken(1), to: number)
      #expect(try await bench.upstream.next() == .closed)
      bench.upstream.send(ToyFrames.trade(id: 10 + number), to: number)
      #expect(try await bench.news.next() == "trade \(10 + number)")
      bench.upstream.send(ToyFrames.closing, to: number)
      #expect(try await bench.upstream.next() == .opened)
      #expect(try await bench.upstream.nextText() == Self.asked)
    }
    #expect(bench.news.pending.isEmpty)
    await bench.stop()
  }

  @Test func aCutBeforeTheNewOneHasTakenOverIsToldAndRestored() async throws {
    let bench = try Bench(overlap: 60_000)
    try await bench.rolled()
    bench.upstream.close(0)
    #expect(try await bench.news.next() == "interrupted 1 maintenance")
    let downSince = bench.health.snapshot.downSince
    #expect(downSince == nil, "the new connection stands")
    bench.upstream.send(ToyFrames.taken(1), to: 1)
    #expect(try await bench.news.next() == "restored 1")
    bench.upstream.send(ToyFrames.trade(id: 5), to: 1)
    #expect(try await bench.news.next() == "trade 5")
    await bench.stop()
  }

  /// What lies between the last of the old connection and the first of the new one may be lost.
  @Test func aCutBeforeTheTwoHaveMetIsToldToo() async throws {
    let bench = try Bench(overlap: 60_000)
    try await bench.rolled()
    bench.upstream.send(ToyFrames.taken(1), to: 1)
    bench.upstream.send(ToyFrames.trade(id: 9, time: 9), to: 1)
    // Whatever is sent to a connection comes in order: the trade is there when the second answer is.
    bench.open(Self.candles)
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.refused(2), to: 1)
    #expect(await bench.loop.eventually { bench.text.contains(#"refused_topics_total{exchange="toy"} 1"#) })
    bench.upstream.close(0)
    var news: [String] = []
    for _ in 0..<3 { news.append(try await bench.news.next()) }
    #expect(news == ["interrupted 1 maintenance", "restored 1", "trade 9"])
    await bench.stop()
  }

  @Test func aNewConnectionThatFailsIsTriedAgainWhileTheOldOneGoesOn() async throws {
    let bench = try Bench()
    try await bench.rolled()
    for number in 1...3 {
      bench.upstream.close(number)
      #expect(try await bench.upstream.next() == .closed)
      #expect(try await bench.upstream.next() == .opened)
      #expect(try await bench.upstream.nextText() == Self.asked)
      bench.upstream.send(ToyFrames.trade(id: 1 + number), to: 0)
      #expect(try await bench.news.next() == "trade \(1 + number)")
    }
    #expect(bench.health.snapshot.downSince == nil)
    bench.upstream.send(ToyFrames.taken(1), to: 4)
    #expect(try await bench.upstream.next() == .closed)
    bench.upstream.send(ToyFrames.trade(id: 9), to: 4)
    #expect(try await bench.news.next() == "trade 9")
    await bench.stop()
  }

  @Test func newDemandGoesToTheNewOneAndWhatIsUnwantedLeavesBoth() async throws {
    let bench = try Bench(overlap: 60_000)
    try await bench.rolled()
    bench.upstream.send(ToyFrames.taken(1), to: 1)
    bench.open(Self.candles)
    #expect(
      try await bench.upstream.nextText() == #"{"op":"open","topics":["candles(1m):ALPHAUSD"],"number":2}"#)
    bench.upstream.send(ToyFrames.taken(2), to: 1)
    bench.close(Self.trades)
    // The old one carries nothing else.
    var left: [ToyUpstream.News] = []
    for _ in 0..<2 { left.append(try await bench.upstream.next()) }
    #expect(left.contains(.closed))
    #expect(left.contains(.text(#"{"op":"close","topics":["trades:ALPHAUSD"],"number":3}"#)))
    await bench.stop()
  }

  @Test func aStopClosesBoth() async throws {
    let bench = try Bench(overlap: 60_000)
    try await bench.rolled()
    bench.loop.post { bench.streams.value.stop() }
    for _ in 0..<2 { #expect(try await bench.upstream.next() == .closed) }
    await bench.stop()
  }

  @Test func noMoreConnectionsAreTriedThanTheExchangeAllows() async throws {
    let bench = try Bench { limits in
      (limits.attemptsPerWindow, limits.attemptWindowMilliseconds) = (3, 60_000)
    }
    bench.open(Self.trades)
    for number in 0..<3 {
      #expect(try await bench.upstream.next() == .opened)
      #expect(try await bench.upstream.nextText() == Self.asked)
      bench.upstream.close(number)
      #expect(try await bench.upstream.next() == .closed)
      #expect(try await bench.news.next() == "interrupted 1 disconnect")
    }
    // The fourth waits for the window, not for the backoff of a few milliseconds.
    let isWaiting = await bench.loop.eventually {
      bench.text.contains(#"marketgate_upstream_closes_total{exchange="toy"} 3"#)
    }
    #expect(isWaiting)
    for _ in 0..<20 { await bench.loop.settled() }
    #expect(bench.text.contains(#"marketgate_upstream_connects_total{exchange="toy"} 3"#))
    await bench.stop()
  }
}
