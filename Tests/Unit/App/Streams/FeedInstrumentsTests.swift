import Contract
import Model
import Net
import Services
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct FeedInstrumentsTests {
  /// Keeps lines.
  private struct Lines: LogSink {
    let inbox = Inbox<String>()

    func write(_ line: UnsafeRawBufferPointer) { inbox.add(String(decoding: line, as: UTF8.self)) }
  }

  /// The list of the made-up exchange, asked for over a real socket.
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "client")
    let http: HTTPClient
    let health = StreamHealth()
    let loads = Inbox<Void>()
    let list: InstrumentList
    let feeds: FeedInstruments
    let lines = Lines()

    init(_ exchange: ToyExchange, symbols: [String]) throws {
      upstream = try ToyUpstream()
      upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
      http = HTTPClient(loop: loop)
      let client = ExchangeClient(
        exchange, address: upstream.httpAddress, http: http, clock: SystemClock(),
        counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
      list = InstrumentList(exchange, client: client, clock: SystemClock(), logger: .silent)
      feeds = FeedInstruments(
        exchange, list: list, symbols: symbols, health: health,
        logger: Logger(label: "toy", level: .warning, format: .text, sink: lines))
      let loads = loads
      list.onLoad { _ in loads.add(()) }
    }

    func stop() async {
      list.stop()
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func whoeverAsksFirstHasTheListLoaded() async throws {
    var exchange = ToyExchange()
    exchange.liquidationTopics = .each
    let bench = try Bench(exchange, symbols: ["betausd", "NOPE", "ALPHAUSD"])
    await bench.loop.settled()
    #expect(bench.upstream.targets.isEmpty)
    #expect(bench.feeds.members(of: .liquidations) == .unknown)
    try await bench.loads.next()
    #expect(bench.feeds.members(of: .liquidations) == .instruments([ToyExchange.alpha, ToyExchange.beta]))
    // As named by the settings, in their order; what is not listed is left out.
    #expect(bench.feeds.members(of: .trades) == .instruments([ToyExchange.beta, ToyExchange.alpha]))
    #expect(bench.feeds.members(of: .candles(.oneMinute)) == .instruments([]))
    await bench.stop()
  }

  @Test func whatIsNoLongerListedIsLeftOutAndToldOnce() async throws {
    var exchange = ToyExchange()
    exchange.liquidationTopics = .each
    let bench = try Bench(exchange, symbols: ["ALPHAUSD", "BETAUSD", "NOPE"])
    bench.upstream.answer(
      "/instruments",
      body: ToyExchange.instrumentsBody.replacing(#""contract":"10""#, with: #""contract":"10","gone":true"#))
    #expect(bench.feeds.members(of: .trades) == .unknown)
    try await bench.loads.next()
    for _ in 0..<3 {
      #expect(bench.feeds.members(of: .trades) == .instruments([ToyExchange.alpha]))
      #expect(bench.feeds.members(of: .liquidations) == .instruments([ToyExchange.alpha]))
    }
    let lines = bench.lines.inbox.pending
    #expect(lines.count == 2)
    #expect(lines.first?.contains("SUPPORTED_SYMBOLS") == true && lines.first?.contains("BETAUSD") == true)
    #expect(lines.last?.contains("NOPE") == true)
    await bench.stop()
  }

  @Test func whatIsStreamedWholeHasNoMembers() async throws {
    let bench = try Bench(ToyExchange(), symbols: [])
    #expect(bench.feeds.members(of: .liquidations) == .unknown)
    try await bench.loads.next()
    #expect(bench.feeds.members(of: .liquidations) == .whole)
    #expect(bench.feeds.members(of: .trades) == .instruments([]))
    await bench.stop()
  }

  @Test func demandIsNotedWhereHealthIsReadFrom() async throws {
    let bench = try Bench(ToyExchange(), symbols: [])
    bench.feeds.demandChanged(true)
    #expect(bench.health.snapshot.isInFeed)
    bench.feeds.demandChanged(false)
    #expect(!bench.health.snapshot.isInFeed)
    await bench.stop()
  }
}
