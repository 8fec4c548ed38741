import Net
import Support
import Testing
import Wire

@testable import App

/// What clients see of a gateway that is asked to stop.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ShutdownTests {
  @Test func streamsAreClosedAsGoingAwayAndTheExchangeIsLeft() async throws {
    try await Stage.play { stage in
      let streams = ["ohlc", "trades"].map { stage.stream("/ws/binance/BTCUSDT/\($0)") }
      for stream in streams { _ = try #require(await stream.nextText()) }
      let start = EventLoop.monotonicMilliseconds
      await stage.stopApplication()
      // No request was in hand, so nothing is waited for.
      #expect(EventLoop.monotonicMilliseconds - start < 5000)
      for stream in streams { #expect(await stream.closure().cause == .peerClosed(.goingAway)) }
      #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsNow == 0 })
    }
  }

  @Test func theAnswerInHandIsFinished() async throws {
    try await Stage.play(settings: ["REQUEST_TIMEOUT": "1", "DRAIN_SECONDS": "10"]) { stage in
      stage.exchange.faults.hang(count: 100)
      async let hanging = stage.web.get("/binance/funding/BTCUSDT")
      #expect(
        await stage.loop.eventually { stage.exchange.statistics.requests["/fapi/v1/premiumIndex"] != nil })
      let start = EventLoop.monotonicMilliseconds
      await stage.stopApplication()
      #expect(EventLoop.monotonicMilliseconds - start < 10_000)
      // It is the one that this question comes to, not a connection cut.
      let answer = try await hanging
      #expect(answer.status == 504)
      #expect(answer.header("connection") == "close")
    }
  }

  @Test func whatIsNotFinishedInTimeIsCut() async throws {
    try await Stage.play(settings: ["REQUEST_TIMEOUT": "60", "DRAIN_SECONDS": "1"]) { stage in
      stage.exchange.faults.hang(count: 100)
      async let status = (try? stage.web.get("/binance/funding/BTCUSDT"))?.status
      #expect(
        await stage.loop.eventually { stage.exchange.statistics.requests["/fapi/v1/premiumIndex"] != nil })
      let start = EventLoop.monotonicMilliseconds
      await stage.stopApplication()
      let milliseconds = EventLoop.monotonicMilliseconds - start
      #expect((900..<5000).contains(milliseconds))
      #expect(await status == nil)
    }
  }

  @Test func nobodyIsServedAfterwards() async throws {
    try await Stage.play { stage in
      await stage.stopApplication()
      await #expect(throws: RawSocket.Failure.refused) { try await stage.talk { _ in } }
    }
  }
}
