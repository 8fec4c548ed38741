import Contract
import Exchanges
import Glibc
import Model
import Net
import Sessions
import Support
import Testing

@testable import App

/// Whole hours of an exchange that misbehaves, in minutes: what every client was told is compared with what happened there.
/// `CHAOS_SEED` replays a run, `CHAOS_MINUTES` are minutes of the exchange, sixty of them in one of ours.
@Suite(.serialized, .timeLimit(.minutes(60))) struct ChaosTests {
  private static func setting(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  private struct ChaosClock: TimeSource {
    let exchange: ChaosExchange
    /// How far the gateway's clock is from the exchange's, in milliseconds.
    let offset: Int64

    var monotonicMilliseconds: Int64 { EventLoop.monotonicMilliseconds }
    var wallClock: Timestamp { Timestamp(microseconds: (exchange.now + offset) * 1000) }
  }

  private static func application(_ exchange: ChaosExchange, offset: Int64) throws -> Application {
    var toy = ToyExchange()
    toy.declaration.capabilities.marksClosedCandles = true
    toy.declaration.streams.attemptsPerWindow = 1000
    let configuration = Configuration(values: [
      "APP_PORT": "0", "WORKERS": "2", "LOG_LEVEL": "ERROR", "EXCHANGES": "toy", "LIQUIDATION_EXCHANGES": "toy",
      "OI_VOL_SYMBOLS": "0", "FEEDS_KEPT": "none",
    ]).withAddresses(of: toy.id, http: exchange.httpAddress, webSocket: exchange.webSocketAddress)
    var tuning = Tuning()
    tuning.proxy = ""
    tuning.freshness = Freshness.none
    tuning.clock = ChaosClock(exchange: exchange, offset: offset)
    tuning.backoff = Backoff(first: 20, cap: 300, calm: 300)
    tuning.streamOverlap = 200
    tuning.circuit = CircuitTerms(failures: 5, firstPause: 300, longestPause: 1000)
    return try Application(configuration, source: .recording, exchanges: [toy], tuning: tuning)
  }

  @Test func whatClientsAreToldIsWhatHappened() async throws {
    let seed = Self.setting("CHAOS_SEED") ?? UInt64.random(in: 0..<1_000_000)
    let minutes = Int64(Self.setting("CHAOS_MINUTES") ?? 10)
    print("CHAOS_SEED=\(seed) CHAOS_MINUTES=\(minutes)")
    let exchange = try ChaosExchange(seed: seed)
    // Behind the exchange by up to three seconds, or before it by one: what is over is over there.
    let application = try Self.application(exchange, offset: Int64(seed % 4000) - 3000)
    let loop = EventLoop(name: "clients")
    let web = WebClient(application.address, loop: loop, options: HTTPClientOptions(proxy: ""))
    #expect(try await loop.eventually { try await web.get("/toy/instruments").status == 200 })
    let probes = ["ohlc", "trades", "liquidations"].map { stream in
      StreamProbe(
        "ws" + application.address.dropFirst(4) + "/ws/toy/\(ChaosMarket.symbol)/\(stream)", loop: loop,
        options: WebSocketClientOptions(proxy: ""))
    }
    let end = exchange.now + minutes * ChaosMarket.minute
    await exchange.misbehave(seed: seed, until: end)
    let last = end / ChaosMarket.minute * ChaosMarket.minute + 2 * ChaosMarket.minute
    // A run that hangs is ended, and found wanting.
    loop.post { loop.schedule(afterMilliseconds: 20_000) { for probe in probes { probe.abort() } } }
    let time = ExchangeText.time(last)
    let candles = await told(probes[0]) { $0.hasSuffix(#""is_closed":true}"#) && $0.contains(time) }
    let trades = await told(probes[1]) { ExchangeText.member("timestamp", of: $0) > time }
    let liquidations = await told(probes[2]) { ExchangeText.member("timestamp", of: $0) > time }
    let log = exchange.log.withLock { $0 }
    for probe in probes { probe.abort() }
    await web.shutdown()
    await application.stop()
    await exchange.stop()
    loop.shutdown()
    let market = exchange.market
    let checker = ChaosChecker(market: market, promises: .kept)
    let findings =
      checker.findings(inCandles: candles, last: last)
      + checker.findings(inTrades: trades, sure: log.sureTrades.filter { market.trade($0).time <= last })
      + checker.findings(
        inLiquidations: liquidations, sure: log.sureLiquidations.filter { market.liquidation($0).time <= last })
    #expect(findings.isEmpty, "CHAOS_SEED=\(seed) \(log.faults.map { "\(ExchangeText.time($0.time)) \($0.fault)" })")
    #expect(trades.count > 100 && log.sureTrades.count > 100 && log.faults.count > Int(minutes))
  }

  /// All that a client was told, up to what it is waited for.
  private func told(_ probe: StreamProbe, until isLast: (String) -> Bool) async -> [String] {
    var texts: [String] = []
    while let text = await probe.nextText() {
      texts.append(text)
      if isLast(text) { break }
    }
    return texts
  }
}
