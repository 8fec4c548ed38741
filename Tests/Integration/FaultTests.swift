import Glibc
import Net
import Sessions
import Support
import Testing
import Wire

@testable import App

/// An exchange that is down, slow or talks nonsense: what clients are told, and how soon.
@Suite(.serialized, .timeLimit(.minutes(1))) struct FaultTests {
  private static let target = "/binance/ohlc/BTCUSDT/1m?limit=5"
  /// Of one second, so that its end can be waited for.
  private static let shortTimeout = ["REQUEST_TIMEOUT": "2"]

  /// An answer, and the milliseconds it took.
  private func timed(_ stage: Stage, _ target: String = target) async throws -> (WebClient.Answer, Int64) {
    let start = EventLoop.monotonicMilliseconds
    let answer = try await stage.web.get(target)
    return (answer, EventLoop.monotonicMilliseconds - start)
  }

  private func expectError(_ answer: WebClient.Answer, _ status: Int, _ code: String, isRetryable: Bool) {
    #expect(answer.status == status)
    #expect(answer.header("content-type") == "application/json")
    #expect(answer.header("x-request-id") != nil)
    #expect(answer.text.hasPrefix(#"{"detail":"binance: "#))
    #expect(answer.text.hasSuffix(#"","code":"\#(code)","retryable":\#(isRetryable)}"#))
  }

  @Test func anExchangeThatIsNotThereIsUnavailable() async throws {
    let deaf = ScriptedServer.deafPort()
    defer { close(deaf.descriptor) }
    let settings = Self.shortTimeout.merging([
      "BINANCE_BASE_URL": "http://127.0.0.1:\(deaf.port)", "BINANCE_WS_URL": "ws://127.0.0.1:\(deaf.port)",
    ]) { own, _ in own }
    try await Stage.play(settings: settings, untilLoaded: false) { stage in
      for target in [Self.target, "/binance/instruments", "/binance/funding/BTCUSDT", "/binance/klines/BTCUSDT/1m"] {
        let (answer, milliseconds) = try await timed(stage, target)
        expectError(answer, 503, "upstream_unavailable", isRetryable: true)
        #expect(Int(answer.header("retry-after") ?? "").map { $0 > 0 } == true)
        #expect(milliseconds < 2500)
      }
      #expect(try await stage.web.get("/health").text == #"{"status":"degraded","exchanges":{"binance":false}}"#)
      let closure = try await stage.stream("/ws/binance/BTCUSDT/ohlc").closure()
      #expect(closure.cause == .peerClosed(.tryAgainLater))
    }
  }

  @Test func anExchangeThatLeavesIsUnavailableFromThenOn() async throws {
    try await Stage.play(settings: Self.shortTimeout) { stage in
      #expect(try await stage.web.get(Self.target).status == 200)
      await stage.stopExchange()
      let (answer, milliseconds) = try await timed(stage)
      expectError(answer, 503, "upstream_unavailable", isRetryable: true)
      #expect(Int(answer.header("retry-after") ?? "").map { $0 > 0 } == true)
      #expect(milliseconds < 2500)
    }
  }

  @Test func anExchangeThatDoesNotAnswerTimesOutAndHealthDoesNotWait() async throws {
    try await Stage.play(settings: Self.shortTimeout) { stage in
      stage.exchange.faults.hang(count: 100)
      async let hanging = timed(stage)
      let (health, healthMilliseconds) = try await timed(stage, "/health")
      #expect(health.text == #"{"status":"healthy","exchanges":{"binance":true}}"#)
      let (answer, milliseconds) = try await hanging
      // Before the question has run out of time.
      #expect(healthMilliseconds < milliseconds)
      expectError(answer, 504, "upstream_timeout", isRetryable: true)
      #expect((1900..<2500).contains(milliseconds))
      stage.exchange.faults.clear()
      #expect(try await stage.web.get(Self.target).status == 200)
    }
  }

  @Test func healthAnswersWhileTheListIsBeingWaitedFor() async throws {
    try await Stage.play(untilLoaded: false, faults: { $0.hang(count: 100) }) { stage in
      let (health, milliseconds) = try await timed(stage, "/health")
      #expect(health.status == 200)
      #expect(health.text == #"{"status":"degraded","exchanges":{"binance":false}}"#)
      #expect(milliseconds < 1000)
      let (answer, _) = try await timed(stage)
      expectError(answer, 503, "upstream_unavailable", isRetryable: true)
    }
  }

  @Test(arguments: [
    (500, "upstream_error", true), (503, "upstream_error", true), (403, "upstream_blocked", false),
    (451, "upstream_blocked", false),
  ])
  func anErrorOfTheExchangeIsABadGateway(status: Int, code: String, isRetryable: Bool) async throws {
    try await Stage.play { stage in
      stage.exchange.faults.answerREST(status: status, body: "{}", count: 1000)
      expectError(try await stage.web.get(Self.target), 502, code, isRetryable: isRetryable)
      stage.exchange.faults.clear()
      #expect(try await stage.web.get(Self.target).status == 200)
    }
  }

  @Test(arguments: [429, 418]) func aLimitInForceIsSaidWithItsEnd(status: Int) async throws {
    try await Stage.play { stage in
      let body = #"{"code":-1003,"msg":"Too many requests."}"#
      stage.exchange.faults.answerREST(status: status, headers: [("Retry-After", "37")], body: body)
      let first = try await stage.web.get(Self.target)
      expectError(first, 503, "upstream_limited", isRetryable: true)
      #expect(first.header("retry-after") == "37")
      // While it is in force the exchange is not asked at all.
      let asked = stage.exchange.statistics.requests
      let second = try await stage.web.get("/binance/funding/BTCUSDT")
      expectError(second, 503, "upstream_limited", isRetryable: true)
      #expect(Int(second.header("retry-after") ?? "").map { (1...37).contains($0) } == true)
      #expect(stage.exchange.statistics.requests == asked)
    }
  }

  @Test func nonsenseIsABadGatewayAndNeverAnEmptyList() async throws {
    let faults: [(RecordedFaults) -> Void] = [
      { $0.htmlPage(count: 1000) }, { $0.truncate(count: 1000) }, { $0.garbleEncoding(count: 1000) },
      { $0.answerREST(status: 200, body: "", count: 1000) },
      { $0.answerREST(status: 200, body: #"{"code":0}"#, count: 1000) },
    ]
    // So often that the exchange would be left alone.
    try await Stage.play(tuning: { $0.circuit = CircuitTerms.never }) { stage in
      for fault in faults {
        fault(stage.exchange.faults)
        for target in [Self.target, "/binance/oi/BTCUSDT", "/binance/funding-hist/BTCUSDT"] {
          let answer = try await stage.web.get(target)
          #expect(answer.status == 502, "\(target): \(answer.text)")
          #expect(answer.text.contains(#""code":"upstream_error""#))
        }
        stage.exchange.faults.clear()
      }
      #expect(try await stage.web.get(Self.target).status == 200)
    }
  }

  @Test func rawRoutesDoNotPassNonsenseOn() async throws {
    try await Stage.play { stage in
      for fault in [{ $0.htmlPage(count: 1000) }, { $0.truncate(count: 1000) }] as [(RecordedFaults) -> Void] {
        fault(stage.exchange.faults)
        expectError(
          try await stage.web.get("/binance/klines/BTCUSDT/1m"), 502, "upstream_error", isRetryable: true)
        stage.exchange.faults.clear()
      }
    }
  }

  @Test func aSymbolTheExchangeNoLongerKnowsIsUnknown() async throws {
    try await Stage.play { stage in
      stage.exchange.faults.answerREST(status: 400, body: #"{"code":-1121,"msg":"Invalid symbol."}"#, count: 1000)
      expectError(try await stage.web.get(Self.target), 404, "unknown_symbol", isRetryable: false)
    }
  }

  @Test func garbageIsCountedAndSkippedAndTheStreamGoesOn() async throws {
    try await Stage.play(speed: 20) { stage in
      let stream = stage.stream("/ws/binance/BTCUSDT/trades")
      let first = try #require(await stream.nextText())
      for text in ["{\"stream\":\"garbage\",\"data\":{", "", "[1,2", "\"\u{1}\""] {
        stage.exchange.faults.garbageFrame(text)
      }
      let counter = #"marketgate_upstream_undecodable_messages_total{exchange="binance"} 4"#
      #expect(
        await stage.loop.eventually {
          (try? await stage.web.get("/metrics").text.split(separator: "\n").contains(Substring(counter))) == true
        })
      var id = try #require(Int64(ExchangeText.member("id", of: first)))
      for _ in 0..<50 {
        let trade = try #require(await stream.nextText())
        id += 1
        #expect(ExchangeText.member("id", of: trade) == String(id))
      }
      #expect(stage.exchange.statistics.connectionsOpened == 1)
    }
  }
}
