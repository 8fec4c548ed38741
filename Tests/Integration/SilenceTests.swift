import Sessions
import Support
import Testing

@testable import App

/// Streams that say nothing on a connection that stands: found, named and repaired, while the others go on.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SilenceTests {
  /// Times that a test can wait for.
  @Sendable private static func shorten(_ tuning: inout Tuning) {
    tuning.silence.burst = 20
    tuning.silence.floor = 400
    tuning.silence.firstQuestion = 100
    tuning.silence.verdict = 1000
    tuning.silence.questionLead = 500
    tuning.silence.grace = 100
    tuning.silence.period = 20
    tuning.silence.questionSpacing = 20
  }

  /// How often a step was taken.
  private func count(_ step: String, _ stage: Stage) async throws -> Int {
    let line = "marketgate_stream_silences_total{exchange=\"binance\",step=\"\(step)\"} "
    let text = try await stage.web.get("/metrics").text
    let value = text.split(separator: "\n").first { $0.hasPrefix(line) }?.dropFirst(line.count)
    return try #require(value.flatMap { Int($0) })
  }

  @Test func aTopicThatFallsSilentAmongOthersIsRepairedAndNoCandleIsLost() async throws {
    // A minute passes in a fifth of a second, so that candles end while the stream is silent.
    try await Stage.play(speed: 300, tuning: Self.shorten) { stage in
      let trades = stage.stream("/ws/binance/BTCUSDT/trades")
      let probe = stage.stream("/ws/binance/BTCUSDT/ohlc?interval=1m")
      func nextFinal() async throws -> String {
        try #require(await probe.nextText { ExchangeText.member("is_closed", of: $0) == "true" })
      }
      var finals: [String] = []
      // Some messages are needed to know its rhythm.
      for _ in 0..<4 { finals.append(try await nextFinal()) }
      stage.exchange.faults.forget(topic: "btcusdt@kline_1m")
      #expect(try await stage.loop.eventually { try await count("resubscribe", stage) > 0 })
      _ = try #require(await trades.nextText())
      let border = ExchangeText.time(stage.exchange.now / 60_000 * 60_000)
      repeat {
        finals.append(try await nextFinal())
      } while ExchangeText.member("timestamp", of: finals.last ?? "") < border
      let own = ExchangeText.rows(
        try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500").text)
      let candles = own.map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
      let first = try #require(candles.firstIndex(of: finals[0]))
      #expect(finals == Array(candles.dropFirst(first).prefix(finals.count)))
      #expect(stage.exchange.statistics.connectionsOpened == 1)
      #expect(try await stage.web.get("/ready").text.contains(#""healthy":true"#))
    }
  }

  @Test func aStreamOnAWrongPathIsNamed() async throws {
    try await Stage.play(speed: 60, streamPath: "/ws", tuning: Self.shorten) { stage in
      _ = stage.stream("/ws/binance/BTCUSDT/ohlc?interval=1m")
      #expect(try await stage.loop.eventually { try await count("resubscribe", stage) > 0 })
      #expect(stage.exchange.statistics.silentSubscriptions["btcusdt@kline_1m"] != nil)
      let ready = try await stage.web.get("/ready").text
      #expect(ready.contains(#""healthy":true"#))
      #expect(
        ready.contains(
          #""cause":"a stream has delivered nothing since it was subscribed, though its instrument trades: wrong path or symbol""#
        ))
      #expect(try await stage.loop.eventually { try await count("reconnect", stage) > 0 })
      #expect(stage.exchange.statistics.connectionsOpened >= 2)
    }
  }
}
