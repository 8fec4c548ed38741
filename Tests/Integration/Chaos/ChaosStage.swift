import Contract
import Exchanges
import Model
import Net
import Services
import Sessions
import Support
import Testing

@testable import App

/// The whole gateway before an exchange that misbehaves, with clients of each of its streams.
final class ChaosStage {
  private struct ChaosClock: TimeSource {
    let exchange: ChaosExchange
    /// How far the gateway's clock is from the exchange's, in milliseconds.
    let offset: Int64

    var monotonicMilliseconds: Int64 { EventLoop.monotonicMilliseconds }
    var wallClock: Timestamp { Timestamp(microseconds: (exchange.now + offset) * 1000) }
  }

  let exchange: ChaosExchange
  private let offset: Int64
  /// How long a stream is waited for that does not come, in milliseconds.
  private let patience: Int64
  private let application: Application
  private let loop = EventLoop(name: "clients")
  private let web: WebClient
  /// The clients of each stream.
  private let probes: [[StreamProbe]]
  /// What the ledger has told, by the numbers of its records.
  private var records: [Int: String] = [:]

  /// Of a seed, with so many clients of each stream, and another clock, patience or terms if a test wants them.
  init(
    seed: UInt64, readers: Int = 1, offset: Int64? = nil, patience: Int64 = 60_000,
    adapt change: (inout Tuning, inout Declaration) -> Void = { _, _ in }
  ) async throws {
    exchange = try ChaosExchange(seed: seed)
    // Behind the exchange by up to three seconds, or before it by one: what is over is over there.
    self.offset = offset ?? Int64(seed % 4000) - 3000
    self.patience = patience
    application = try Self.application(exchange, offset: self.offset, change)
    web = WebClient(application.address, loop: loop, options: HTTPClientOptions(proxy: ""))
    let (web, loop) = (web, loop)
    #expect(try await loop.eventually { try await web.get("/toy/instruments").status == 200 })
    let address = "ws" + application.address.dropFirst(4) + "/ws/toy/\(ChaosMarket.symbol)/"
    probes = ["ohlc", "trades", "liquidations"].map { stream in
      (0..<readers).map { _ in
        StreamProbe(address + stream, loop: loop, options: WebSocketClientOptions(proxy: ""))
      }
    }
  }

  private static func application(
    _ exchange: ChaosExchange, offset: Int64, _ change: (inout Tuning, inout Declaration) -> Void
  ) throws -> Application {
    var toy = ToyExchange()
    toy.declaration.capabilities.marksClosedCandles = true
    toy.declaration.rest.tradesPerPage = 1000
    toy.declaration.streams.attemptsPerWindow = 10_000
    // A connection that answers nothing is found within 1.2 s.
    toy.declaration.streams.ping = .text("ping", everyMilliseconds: 200)
    let configuration = Configuration(values: [
      "APP_PORT": "0", "WORKERS": "2", "LOG_LEVEL": "ERROR", "EXCHANGES": "toy", "LIQUIDATION_EXCHANGES": "toy",
      "OI_VOL_SYMBOLS": "0", "FEEDS_KEPT": "none",
    ]).withAddresses(of: toy.id, http: exchange.httpAddress, webSocket: exchange.webSocketAddress)
    var tuning = Tuning()
    tuning.proxy = ""
    tuning.freshness = Freshness.none
    tuning.clock = ChaosClock(exchange: exchange, offset: offset)
    tuning.backoff = Backoff(first: 20, cap: 300, calm: 300)
    tuning.outage = OutageTerms(failures: 5, pause: 300)
    tuning.streamOverlap = 200
    tuning.repair.firstPause = 50
    tuning.repair.longestPause = 400
    tuning.longestPublisherSleep = 10
    tuning.circuit = CircuitTerms(failures: 5, firstPause: 300, longestPause: 1000)
    change(&tuning, &toy.declaration)
    return try Application(configuration, source: .recording, exchanges: [toy], tuning: tuning)
  }

  /// Takes down the newest records of the ledger.
  func readLedger() async throws {
    for stream in ChaosLedger.streams.keys {
      for text in ExchangeText.objects(try await web.get("/gaps?limit=1000&stream=\(stream)").text) {
        records[Int(ExchangeText.member("id", of: text)) ?? 0] = text
      }
    }
  }

  /// Nothing more goes wrong: what clients have been told until some candles later.
  func end(after candles: Int64 = 2) async throws -> ChaosResult {
    let end = exchange.now
    let last = (end / ChaosMarket.minute + candles) * ChaosMarket.minute
    let (probes, loop, web) = (probes, loop, web)
    // A run that hangs is ended, and found wanting.
    let patience = patience
    loop.post { loop.schedule(afterMilliseconds: patience) { for probe in probes.joined() { probe.abort() } } }
    let time = ExchangeText.time(last)
    var candleTexts: [[String]] = []
    for probe in probes[0] {
      candleTexts.append(try await told(probe) { $0.hasSuffix(#""is_closed":true}"#) && $0.contains(time) })
    }
    let trades = try await told(probes[1][0]) { ExchangeText.member("timestamp", of: $0) > time }
    let liquidations = try await told(probes[2][0]) { ExchangeText.member("timestamp", of: $0) > time }
    _ = try await loop.eventually(within: min(20, patience / 2000)) {
      try await web.get("/gaps?state=open").text == "[]"
    }
    try await readLedger()
    let quarantine = try await web.get("/quarantine?limit=1000").text
    for probe in probes.joined() { probe.abort() }
    await web.shutdown()
    await application.stop()
    await exchange.stop()
    loop.shutdown()
    return ChaosResult(
      market: exchange.market, log: exchange.log.withLock { $0 }, offset: offset, end: end, last: last,
      candles: candleTexts, trades: trades, liquidations: liquidations, records: Array(records.values),
      quarantined: quarantine.split(separator: #""received_at":"#, omittingEmptySubsequences: false).count - 1)
  }

  /// All that a client was told, up to what it is waited for.
  private func told(_ probe: StreamProbe, until isLast: (String) -> Bool) async throws -> [String] {
    var texts: [String] = []
    while let text = try await probe.nextText() {
      texts.append(text)
      if isLast(text) { break }
    }
    return texts
  }
}

/// What a run has shown.
struct ChaosResult {
  let market: ChaosMarket
  let log: ChaosLog
  let offset: Int64
  /// Until when something went wrong.
  let end: Int64
  /// The opening of the last candle that must have been told.
  let last: Int64
  /// What each client of candles was told.
  let candles: [[String]]
  let trades: [String]
  let liquidations: [String]
  let records: [String]
  /// Messages that were kept as they could not be read.
  let quarantined: Int

  var faults: [String] { log.faults.map { "\(ExchangeText.time($0.time)) \($0.fault)" } }

  func findings(_ promises: ChaosChecker.Promises) -> [String] {
    let checker = ChaosChecker(market: market, promises: promises)
    let finals = candles.map { $0.filter { $0.hasSuffix(#""is_closed":true}"#) } }
    let first = { (texts: [String], name: String) in texts.first.map { ExchangeText.member(name, of: $0) } ?? "" }
    let ledger = ChaosLedger(
      log: log, offset: offset, firstTrade: Int(first(trades, "id")) ?? 0,
      firstCandle: ExchangeText.milliseconds(of: first(candles[0], "timestamp")) ?? 0, end: end)
    return checker.findings(inCandles: candles[0], last: last)
      + finals.dropFirst().flatMap { checker.findings(inCandles: $0, last: last) }
      + checker.findings(inTrades: trades, sure: log.sureTrades.filter { market.trade($0).time <= last }, last: last)
      + checker.findings(
        inLiquidations: liquidations, sure: log.sureLiquidations.filter { market.liquidation($0).time <= last })
      + (promises.contains(.ledger) ? ledger.findings(in: records) : [])
      + checker.findings(inSeams: liquidations, records: records) + checker.findings(in: log, quarantined: quarantined)
  }

  /// What there was, and how long streams said nothing.
  var figures: String {
    let finals = candles[0].count { $0.hasSuffix(#""is_closed":true}"#) }
    let silences = ChaosLedger.streams.keys.sorted().map { stream in
      let times = records.compactMap { text -> Int64? in
        guard ExchangeText.member("stream", of: text) == stream,
          let from = ExchangeText.milliseconds(of: ExchangeText.member("from", of: text)),
          let to = ExchangeText.milliseconds(of: ExchangeText.member("to", of: text))
        else { return nil }
        return (to - from) / ChaosExchange.speed
      }.sorted()
      guard let longest = times.last else { return "\(stream): no record" }
      return "\(stream): \(times.count) records, half within \(times[times.count / 2]) ms, the longest \(longest) ms"
    }
    return
      "\(log.faults.count) faults, \(log.breaks.count) breaks; \(finals) finals, \(candles[0].count - finals) states, "
      + "\(trades.count) trades, \(liquidations.count) liquidations; " + silences.joined(separator: "; ")
  }
}
