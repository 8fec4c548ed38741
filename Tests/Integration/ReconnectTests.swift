import Net
import Sessions
import Support
import Testing

@testable import App

/// What a client of a stream sees of an exchange that closes, cuts, refuses and babbles: nothing but a pause.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ReconnectTests {
  /// Pauses that a test can wait for.
  private static let backoff = Backoff(first: 10, cap: 40, calm: 60_000)
  /// A pause of half a second where the usual one is half a minute.
  private static let outage = OutageTerms(failures: 5, pause: 500)
  private static let trades = "/ws/binance/BTCUSDT/trades"

  /// Waits for a trade that was made after this instant: one that cannot have come over an earlier connection.
  private func expectLaterTrade(_ probe: StreamProbe, _ stage: Stage) async throws {
    func second(_ time: String) -> Substring { time.prefix(19) }
    let now = ExchangeText.time(stage.exchange.now)
    let trade = try await probe.nextText { second(ExchangeText.member("timestamp", of: $0)) > second(now) }
    _ = try #require(trade)
  }

  /// The value of a counter of the exchange's streams.
  private func counter(_ name: String, _ stage: Stage) async throws -> Int {
    let line = "marketgate_upstream_\(name)_total{exchange=\"binance\"} "
    let text = try await stage.web.get("/metrics").text
    let value = text.split(separator: "\n").first { $0.hasPrefix(line) }?.dropFirst(line.count)
    return try #require(value.flatMap { Int($0) })
  }

  @Test func everyCleanCloseIsFollowedByOneConnection() async throws {
    try await Stage.play(speed: 20, tuning: { $0.backoff = Self.backoff }) { stage in
      let probe = stage.stream(Self.trades)
      try await expectLaterTrade(probe, stage)
      for close in 1...20 {
        stage.exchange.faults.closeAll(code: 1000)
        #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsOpened == close + 1 })
        try await expectLaterTrade(probe, stage)
      }
      let statistics = stage.exchange.statistics
      #expect(statistics.connectionsOpened == 21)
      #expect(statistics.connectionsNow == 1)
      #expect(statistics.subscriptionsNow == ["btcusdt@aggTrade": 1])
      #expect(statistics.subscriptionsTotal == ["btcusdt@aggTrade": 21])
      #expect(try await counter("connects", stage) == 21)
      #expect(try await counter("closes", stage) == 20)
    }
  }

  @Test func cutsAcrossTheEndOfCandlesLoseNone() async throws {
    // A minute passes in a tenth of a second, so that each cut and its pause cross the end of a candle.
    let backoff = Backoff(first: 200, cap: 200, calm: 60_000)
    try await Stage.play(speed: 600, tuning: { $0.backoff = backoff }) { stage in
      let probe = stage.stream("/ws/binance/BTCUSDT/ohlc?interval=1m")
      func nextFinal() async throws -> String {
        let final = try await probe.nextText { ExchangeText.member("is_closed", of: $0) == "true" }
        return try #require(final)
      }
      var finals = [try await nextFinal()]
      for _ in 1...6 {
        let opened = stage.exchange.statistics.connectionsOpened
        stage.exchange.faults.cutAll()
        #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsOpened == opened + 1 })
        let border = ExchangeText.time(stage.exchange.now / 60_000 * 60_000)
        repeat {
          finals.append(try await nextFinal())
        } while ExchangeText.member("timestamp", of: finals.last ?? "") < border
      }
      let own = ExchangeText.rows(
        try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500").text)
      let candles = own.map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
      let first = try #require(candles.firstIndex(of: finals[0]))
      #expect(finals.count > 12)
      #expect(finals == Array(candles.dropFirst(first).prefix(finals.count)))
    }
  }

  @Test(arguments: [503, 429, 403]) func refusedSocketsAreTriedAgain(status: Int) async throws {
    func tune(_ tuning: inout Tuning) { (tuning.backoff, tuning.outage) = (Self.backoff, Self.outage) }
    try await Stage.play(speed: 20, tuning: tune) { stage in
      let probe = stage.stream(Self.trades)
      try await expectLaterTrade(probe, stage)
      stage.exchange.faults.refuseSockets(status: status, count: 6)
      stage.exchange.faults.cutAll()
      #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsOpened == 2 })
      try await expectLaterTrade(probe, stage)
      #expect(stage.exchange.statistics.connectionsOpened == 2)
      #expect(try await counter("connects", stage) == 8)
      #expect(try await counter("closes", stage) == 7)
    }
  }

  @Test func aStreamOpenedWhileSocketsAreRefusedBeginsWhenTheyNoLongerAre() async throws {
    try await Stage.play(speed: 20, tuning: { $0.backoff = Self.backoff }) { stage in
      stage.exchange.faults.refuseSockets(count: 3)
      let probe = stage.stream(Self.trades)
      try await expectLaterTrade(probe, stage)
      #expect(stage.exchange.statistics.connectionsOpened == 1)
      #expect(try await counter("connects", stage) == 4)
    }
  }

  private static let streams = [trades, "/ws/binance/SUSHIUSDT/trades", "/ws/binance/BTCUSDT/ohlc?interval=1m"]

  @Test func anExchangeWhoseStreamsAreGoneIsAskedOnceInAPauseAndHasDataWithinTwo() async throws {
    func tune(_ tuning: inout Tuning) { (tuning.backoff, tuning.outage) = (Self.backoff, Self.outage) }
    try await Stage.play(speed: 20, tuning: tune) { stage in
      let probes = Self.streams.map { stage.stream($0) }
      for probe in probes { _ = try #require(await probe.nextText()) }
      stage.exchange.faults.refuseSockets(count: 1_000_000)
      stage.exchange.faults.cutAll()
      #expect(try await stage.loop.eventually { try await counter("stream_outages", stage) == 1 })
      let (attempts, began) = (try await counter("connects", stage), EventLoop.monotonicMilliseconds)
      #expect(try await stage.loop.eventually { try await counter("connects", stage) >= attempts + 4 })
      // One may have been under way, so that four take three pauses at least.
      #expect(EventLoop.monotonicMilliseconds - began >= 3 * Self.outage.pause - 50)
      stage.exchange.faults.clear()
      let returned = EventLoop.monotonicMilliseconds
      try await expectLaterTrade(probes[0], stage)
      try await expectLaterTrade(probes[1], stage)
      #expect(EventLoop.monotonicMilliseconds - returned < 2 * Self.outage.pause + 500)
      _ = try #require(await probes[2].nextText())
    }
  }

  @Test func anAnswerOverRESTEndsThePause() async throws {
    func tune(_ tuning: inout Tuning) {
      (tuning.backoff, tuning.outage) = (Self.backoff, OutageTerms(failures: 5, pause: 3_600_000))
    }
    try await Stage.play(speed: 20, tuning: tune) { stage in
      let probe = stage.stream(Self.trades)
      try await expectLaterTrade(probe, stage)
      stage.exchange.faults.refuseSockets(count: 1_000_000)
      stage.exchange.faults.cutAll()
      #expect(try await stage.loop.eventually { try await counter("stream_outages", stage) == 1 })
      // An attempt that fails and one that does not, as clients see none of it.
      stage.exchange.faults.clear()
      stage.exchange.faults.answerREST(status: 503)
      #expect(try await stage.web.get("/binance/oi/BTCUSDT").status == 200)
      try await expectLaterTrade(probe, stage)
    }
  }

  @Test func garbageIsSkippedAndCounted() async throws {
    let garbage = [
      #"{"stream":"garbage","data":{"#, "<html>", String(repeating: "[", count: 10_000),
      #"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BTCUSDT","p":"NaN"}}"#,
    ]
    try await Stage.play(speed: 20, tuning: { $0.backoff = Self.backoff }) { stage in
      let probe = stage.stream(Self.trades)
      try await expectLaterTrade(probe, stage)
      for (count, text) in garbage.enumerated() {
        stage.exchange.faults.garbageFrame(text)
        #expect(
          try await stage.loop.eventually { try await counter("undecodable_messages", stage) == count + 1 })
        try await expectLaterTrade(probe, stage)
      }
      #expect(stage.exchange.statistics.connectionsOpened == 1)
      #expect(try await counter("closes", stage) == 0)
    }
  }
}
