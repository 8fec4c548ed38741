import Contract
import Model
import Net
import Support
import Telemetry
import Testing

@testable import Sessions

/// A REST side that stands as it is told, and keeps what it is told.
private final class Standing: RESTSide {
  let isLeftAlone: Bool
  let lastProbe: Int64?
  let asked = Inbox<Int64>()
  let returned = Inbox<Void>()

  init(isLeftAlone: Bool, lastProbe: Int64? = nil) { (self.isLeftAlone, self.lastProbe) = (isLeftAlone, lastProbe) }

  func streamAsked(pause milliseconds: Int64) { asked.add(milliseconds) }
  func streamsReturned() { returned.add(()) }
}

/// Many sessions of an exchange that refuses them, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct ExchangeStreamsOutageTests {
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "streams")
    let registry = MetricsRegistry()
    let streams: LoopBound<ExchangeStreams>

    /// Six topics on six connections.
    static let topics = [ToyExchange.alpha, ToyExchange.beta].flatMap { instrument in
      [Topic(.trades, of: instrument)]
        + ["1m", "5m"].compactMap { Interval($0) }.map { Topic(.candles($0), of: instrument) }
    }

    init(pause: Int64, rest: Standing = Standing(isLeftAlone: false)) throws {
      upstream = try ToyUpstream()
      var exchange = ToyExchange()
      exchange.declaration.streams.topicsPerConnection = 1
      exchange.declaration.streams.attemptsPerWindow = 10_000
      var environment = ExchangeStreams.Environment(
        loop: loop, clock: SystemClock(), address: upstream.webSocketAddress, options: WebSocketClientOptions(),
        backoff: Backoff(first: 2, cap: 8, calm: 60_000), linger: 0, logger: .silent,
        counters: SessionCounters(registry, exchange: "toy"), health: StreamHealth())
      environment.outage = OutageTerms(failures: 5, pause: pause)
      environment.rest = rest
      streams = LoopBound(ExchangeStreams(exchange, environment: environment) { ToyExchange.catalog }, loop: loop)
    }

    func open() { loop.post { streams.value.open(Self.topics) } }

    private func count(_ name: String) -> Int? {
      let line = "marketgate_upstream_\(name)_total{exchange=\"toy\"} "
      let lines = String(decoding: registry.prometheusText, as: UTF8.self).split(separator: "\n")
      return lines.first { $0.hasPrefix(line) }.flatMap { Int($0.dropFirst(line.count)) }
    }

    /// Whether they are asked for less often, and no attempt is under way.
    var isOut: Bool { count("stream_outages") == 1 && count("connects") == count("closes") }

    /// The next thing but the end of a connection.
    func nextOpening() async throws -> ToyUpstream.News {
      while true {
        if try await upstream.next() == .opened { return .opened }
      }
    }

    func stop() async {
      loop.post { streams.value.stop() }
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func togetherTheyAskOnceInAPause() async throws {
    let pause: Int64 = 150
    let bench = try Bench(pause: pause)
    bench.upstream.refuseStreams(true)
    bench.open()
    #expect(await bench.loop.eventually { bench.isOut })
    let (attempts, began) = (bench.upstream.targets.count, EventLoop.monotonicMilliseconds)
    #expect(await bench.loop.eventually { bench.upstream.targets.count >= attempts + 4 })
    #expect(EventLoop.monotonicMilliseconds - began >= 3 * pause)
    await bench.stop()
  }

  @Test func theSuccessOfOneLetsTheOthersConnectAtOnce() async throws {
    let rest = Standing(isLeftAlone: false)
    let bench = try Bench(pause: 3_600_000, rest: rest)
    bench.upstream.refuseStreams(true)
    bench.open()
    #expect(await bench.loop.eventually { bench.isOut })
    bench.upstream.refuseStreams(false)
    bench.loop.post { bench.streams.value.exchangeAnswered() }
    #expect(try await bench.nextOpening() == .opened)
    _ = try await bench.upstream.nextText()
    let attempts = bench.upstream.targets.count
    // A second sign is none: one is enough for a pause.
    bench.loop.post { bench.streams.value.exchangeAnswered() }
    await bench.loop.settled()
    bench.upstream.send(ToyFrames.taken(1))
    for _ in 1..<Bench.topics.count { #expect(try await bench.nextOpening() == .opened) }
    #expect(bench.upstream.targets.count == attempts + Bench.topics.count - 1)
    try await rest.returned.next()
    await bench.stop()
  }

  @Test func whileTheExchangeIsLeftAloneOneFindsOutForAll() async throws {
    let rest = Standing(isLeftAlone: true)
    let bench = try Bench(pause: 3_600_000, rest: rest)
    bench.open()
    #expect(try await bench.nextOpening() == .opened)
    _ = try await bench.upstream.nextText()
    #expect(bench.upstream.targets.count == 1 && rest.asked.pending == [3_600_000])
    bench.upstream.send(ToyFrames.taken(1))
    for _ in 1..<Bench.topics.count { #expect(try await bench.nextOpening() == .opened) }
    await bench.stop()
  }

  @Test func whatIsAskedOverRESTInAnOutageIsTheAttemptOfThatPause() async throws {
    let rest = Standing(isLeftAlone: true, lastProbe: EventLoop.monotonicMilliseconds)
    let bench = try Bench(pause: 200, rest: rest)
    let began = EventLoop.monotonicMilliseconds
    bench.open()
    #expect(try await bench.nextOpening() == .opened)
    #expect(EventLoop.monotonicMilliseconds - began >= 190)
    // On a busy machine another one may have come by now.
    #expect(rest.asked.pending.allSatisfy { $0 == 200 } && !rest.asked.pending.isEmpty)
    await bench.stop()
  }
}
