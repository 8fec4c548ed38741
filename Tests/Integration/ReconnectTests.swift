import Model
import Net
import Sessions
import Support
import Testing

@testable import App

/// Connections of the exchange that end in every way: how often the gateway comes back, and what clients notice.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ReconnectTests {
  private static let minute: Int64 = 60_000
  private static let target = "/ws/binance/BTCUSDT/ohlc?interval=1m"

  /// What a stream gives until a condition holds of its last message.
  private func messages(_ stream: StreamProbe, until condition: (String) -> Bool) async throws -> [String] {
    var messages: [String] = []
    repeat { messages.append(try #require(await stream.nextText())) } while !condition(messages.last ?? "")
    return messages
  }

  private func isFinal(_ message: String) -> Bool { message.hasSuffix(#""is_closed":true}"#) }

  /// Each candle closed once, none left out, each with the exchange's digits, and nothing out of order.
  private func expectHonest(_ messages: [String], _ stage: Stage) async throws {
    let times = messages.map { ExchangeText.member("timestamp", of: $0) }
    #expect(times == times.sorted())
    let finals = messages.filter(isFinal)
    let start = stage.exchange.now / Self.minute * Self.minute - 200 * Self.minute
    let own = try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1000&startTime=\(start)")
    let history = ExchangeText.rows(own.text).map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
    let final = try #require(finals.first)
    let first = try #require(history.firstIndex(of: final))
    #expect(finals == Array(history[first...].prefix(finals.count)))
  }

  @Test func twentyCleanClosesMakeTwentyReconnectsWithGrowingPauses() async throws {
    let pauses = Backoff(first: 8, cap: 256, calm: 60_000)
    try await Stage.play(speed: 20, tuning: { $0.backoff = pauses }) { stage in
      let stream = stage.stream(Self.target)
      _ = try #require(await stream.nextText())
      #expect(await stage.loop.eventually { stage.exchange.statistics.framesSent > 0 })
      var waits: [Int64] = []
      for round in 1...20 {
        let start = EventLoop.monotonicMilliseconds
        stage.exchange.faults.closeAll(code: 1000)
        let isBack = await stage.loop.eventually { stage.exchange.statistics.connectionsOpened == round + 1 }
        try #require(isBack)
        waits.append(EventLoop.monotonicMilliseconds - start)
        // Data flows again, on the client's one socket.
        let frames = stage.exchange.statistics.framesSent
        #expect(await stage.loop.eventually { stage.exchange.statistics.framesSent > frames })
        _ = try #require(await stream.nextText())
      }
      // No pause is shorter than the half of its step: 4, 8, 16 … 128 ms. The machine can only make them longer.
      for (index, wait) in waits.enumerated() { #expect(wait >= min(4 << Int64(min(index, 20)), 128)) }
      #expect(stage.exchange.statistics.connectionsOpened == 21)
      #expect(stage.exchange.statistics.subscriptionsTotal == ["btcusdt@kline_1m": 21])
    }
  }

  @Test(arguments: [true, false]) func candlesMissedInABreakComeFirstAndInOrder(isCut: Bool) async throws {
    try await Stage.play(speed: 120, tuning: { $0.backoff = Backoff(first: 20, cap: 80, calm: 60_000) }) { stage in
      let stream = stage.stream(Self.target)
      var all = try await messages(stream, until: isFinal)
      for _ in 0..<2 {
        stage.exchange.faults.refuseSockets(count: 100_000)
        if isCut { stage.exchange.faults.cutAll() } else { stage.exchange.faults.closeAll(code: 1001) }
        // Two borders go by unheard.
        let back = (stage.exchange.now / Self.minute + 3) * Self.minute
        #expect(await stage.loop.eventually { stage.exchange.now > back })
        let opened = stage.exchange.statistics.connectionsOpened
        stage.exchange.faults.clear()
        #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsOpened == opened + 1 })
        let time = ExchangeText.time(back)
        all += try await messages(stream) { isFinal($0) && ExchangeText.member("timestamp", of: $0) >= time }
      }
      #expect(all.count(where: isFinal) >= 7)
      try await expectHonest(all, stage)
    }
  }

  @Test func aStallLosesNoClosedCandle() async throws {
    try await Stage.play(speed: 120) { stage in
      let stream = stage.stream(Self.target)
      var all = try await messages(stream, until: isFinal)
      stage.exchange.faults.stall(true)
      let back = (stage.exchange.now / Self.minute + 2) * Self.minute
      #expect(await stage.loop.eventually { stage.exchange.now > back })
      stage.exchange.faults.stall(false)
      let time = ExchangeText.time(back)
      all += try await messages(stream) { isFinal($0) && ExchangeText.member("timestamp", of: $0) >= time }
      try await expectHonest(all, stage)
      // The connection itself was well all the time.
      #expect(stage.exchange.statistics.connectionsOpened == 1)
    }
  }

  @Test func refusedSocketsAreTriedAgain() async throws {
    try await Stage.play(
      speed: 20, faults: { $0.refuseSockets(status: 503, count: 4) },
      tuning: { $0.backoff = Backoff(first: 10, cap: 80, calm: 60_000) }
    ) { stage in
      let stream = stage.stream("/ws/binance/BTCUSDT/trades")
      _ = try #require(await stream.nextText())
      #expect(stage.exchange.statistics.connectionsOpened == 1)
      let metrics = try await stage.web.get("/metrics").text
      #expect(metrics.contains(#"marketgate_upstream_connects_total{exchange="binance"} 5"#))
      #expect(metrics.contains(#"marketgate_upstream_closes_total{exchange="binance"} 4"#))
    }
  }

  @Test func tradesGoOnAfterACutOnTheSameSocket() async throws {
    try await Stage.play(speed: 20, tuning: { $0.backoff = Backoff(first: 10, cap: 80, calm: 60_000) }) { stage in
      let stream = stage.stream("/ws/binance/BTCUSDT/trades")
      let before = try #require(await stream.nextText())
      stage.exchange.faults.cutAll()
      #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsOpened == 2 })
      let frames = stage.exchange.statistics.framesSent
      #expect(await stage.loop.eventually { stage.exchange.statistics.framesSent > frames })
      let after = try #require(await stream.nextText())
      let ids = [before, after].compactMap { Int64(ExchangeText.member("id", of: $0)) }
      #expect(ids.count == 2 && ids[0] < ids[1])
      #expect(stage.exchange.statistics.subscriptionsNow == ["btcusdt@aggTrade": 1])
    }
  }
}
