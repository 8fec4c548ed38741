import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

/// What is done about a stream that says nothing, against a real server on loopback.
@Suite(.timeLimit(.minutes(1))) struct StreamWatchTests {
  private static let trades = Topic(.trades, of: ToyExchange.alpha)
  private static let candles = Topic(.candles(.oneMinute), of: ToyExchange.alpha)

  private final class Sink: EventSink {
    let inbox = Inbox<String>()

    func receive(_ events: [MarketEvent]) { for event in events { inbox.add("event \(event.topic.channel)") } }
    func confirmed(_ topics: [Topic]) {}
    func interrupted(_ topics: [Topic], cause: BreakCause) {
      for topic in topics { inbox.add("\(cause == .stall ? "stalled" : "interrupted") \(topic.channel)") }
    }
    func restored(_ topics: [Topic]) { for topic in topics { inbox.add("restored \(topic.channel)") } }
    func ended(_ topics: [Topic]) {}
  }

  /// The toy exchange, whose candle grows with each question, and short times.
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "watch")
    let health = StreamHealth()
    let registry = MetricsRegistry()
    let http: HTTPClient
    let streams: LoopBound<ExchangeStreams>
    let news: Inbox<String>
    private let held: LoopBound<Sink>

    init(trades: Bool = true) throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop)
      let volume = Lock(0)
      upstream.answer("/candles") { _ in
        let volume = volume.withLock { volume in
          volume += trades ? 1 : 0
          return volume
        }
        return .response(HTTPResponse(.ok, body: .bytes(Array(#"[[60000,"1","1","1","1","\#(volume)"]]"#.utf8))))
      }
      let exchange = ToyExchange()
      var environment = ExchangeStreams.Environment(
        loop: loop, clock: SystemClock(), address: upstream.webSocketAddress, options: WebSocketClientOptions(),
        backoff: Backoff(first: 2, cap: 8, calm: 60_000), linger: 0, logger: .silent,
        counters: SessionCounters(registry, exchange: "toy"), health: health)
      environment.silence.firstQuestion = 20
      environment.silence.verdict = 600
      environment.silence.questionLead = 300
      environment.silence.grace = 20
      environment.silence.period = 10
      environment.silence.questionSpacing = 10
      if !trades { environment.silence.longestPause = 400 }
      environment.witness = TradeWitness(
        exchange,
        client: ExchangeClient(
          exchange, address: upstream.httpAddress, http: http, clock: SystemClock(),
          counters: ClientCounters(registry, exchange: "toy")), clock: SystemClock())
      let streams = ExchangeStreams(exchange, environment: environment) { ToyExchange.catalog }
      let sink = Sink()
      streams.sink = sink
      news = sink.inbox
      held = LoopBound(sink, loop: loop)
      self.streams = LoopBound(streams, loop: loop)
    }

    func open(_ topics: Topic...) { loop.post { streams.value.open(topics) } }

    func isUncounted(_ step: String) -> Bool {
      String(decoding: registry.prometheusText, as: UTF8.self)
        .contains(#"marketgate_stream_silences_total{exchange="toy",step="\#(step)"} 0"#)
    }

    func stop() async {
      loop.post { streams.value.stop() }
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func aStreamThatNeverDeliversIsSubscribedAnewThenOnANewConnectionAndTheOthersStay() async throws {
    let bench = try Bench()
    bench.open(Self.trades, Self.candles)
    #expect(try await bench.upstream.next() == .opened)
    #expect(try await bench.upstream.nextText().contains(#""number":1"#))
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.candle(open: 60_000))
    #expect(try await bench.news.next() == "event candles(1m)")
    #expect(try await bench.upstream.nextText() == #"{"op":"close","topics":["trades:ALPHAUSD"],"number":2}"#)
    #expect(try await bench.news.next() == "stalled trades")
    #expect(!bench.isUncounted("resubscribe"))
    #expect(bench.health.snapshot.silence?.contains("wrong path or symbol") == true)
    #expect(bench.health.snapshot.silentSince != nil)
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["trades:ALPHAUSD"],"number":3}"#)
    for request in 2...3 { bench.upstream.send(ToyFrames.taken(request)) }
    // The old connection gives it up, and a new one asks for it.
    #expect(try await bench.news.next() == "stalled trades")
    var seen: Set<String> = []
    for _ in 0..<3 {
      switch try await bench.upstream.next() {
      case .opened: seen.insert("opened")
      case .text(let text): seen.insert(text)
      case .closed: seen.insert("closed")
      }
    }
    #expect(
      seen == [
        "opened", #"{"op":"close","topics":["trades:ALPHAUSD"],"number":4}"#,
        #"{"op":"open","topics":["trades:ALPHAUSD"],"number":1}"#,
      ])
    #expect(!bench.isUncounted("reconnect"))
    bench.upstream.send(ToyFrames.trade(id: 1))
    // A slow machine may have given the stream up once more.
    while try await bench.news.next() != "restored trades" {}
    #expect(try await bench.news.next() == "event trades")
    #expect(bench.health.snapshot.silence == nil)
    #expect(bench.health.snapshot.connections == 2)
    await bench.stop()
  }

  @Test func theOnlyStreamOfAConnectionTakesItsPlaceAndIsBrokenOnce() async throws {
    let bench = try Bench()
    bench.open(Self.candles)
    for verb in ["open", "close", "open"] { #expect(try await bench.upstream.nextText().contains(verb)) }
    // What was asked for is given up with the connection.
    while try await bench.upstream.next() != .opened {}
    #expect(try await bench.upstream.nextText() == #"{"op":"open","topics":["candles(1m):ALPHAUSD"],"number":1}"#)
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.candle(open: 60_000))
    var news: [String] = []
    while news.last != "event candles(1m)" { news.append(try await bench.news.next()) }
    #expect(news.suffix(2) == ["restored candles(1m)", "event candles(1m)"])
    #expect(news.count >= 4 && news.dropLast(2).allSatisfy { $0 == "stalled candles(1m)" })
    await bench.stop()
  }

  @Test func aStreamOfAnInstrumentThatDoesNotTradeIsLeftAlone() async throws {
    let bench = try Bench(trades: false)
    bench.open(Self.trades)
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.taken(1))
    // The fourth question comes long after the verdict.
    #expect(await bench.loop.eventually { bench.upstream.targets.count { $0.hasPrefix("/candles") } >= 4 })
    #expect(bench.isUncounted("resubscribe"))
    #expect(bench.health.snapshot.silence == nil)
    bench.upstream.send(ToyFrames.trade(id: 1))
    #expect(try await bench.news.next() == "event trades")
    await bench.stop()
  }

  @Test func aRefusedStreamIsNotWaitedFor() async throws {
    let bench = try Bench()
    bench.open(Self.trades, Self.candles)
    _ = try await bench.upstream.nextText()
    bench.upstream.send(ToyFrames.refused(1))
    for _ in 0..<2 {
      let text = try await bench.upstream.nextText()
      let request = text.contains(#""number":2"#) ? 2 : 3
      bench.upstream.send(text.contains("trades") ? ToyFrames.refused(request) : ToyFrames.taken(request))
    }
    // The other one is asked about.
    #expect(try await bench.news.next() == "stalled candles(1m)")
    #expect(bench.news.pending.isEmpty)
    await bench.stop()
  }
}
