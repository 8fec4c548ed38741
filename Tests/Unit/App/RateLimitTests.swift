import Net
import Support
import Telemetry
import Testing
import Wire

@testable import App

@Suite(.timeLimit(.minutes(1))) struct RateLimitTests {
  private static let settings = [
    "RATE_LIMIT_REQUESTS": "2", "RATE_LIMIT_WINDOW": "60", "RATE_LIMIT_LOOPBACK": "on",
  ]

  @Test func whatIsTooManyIsRefusedAndSaysWhenToComeBack() async throws {
    let bench = try ToyGateway(settings: Self.settings)
    var answers: [WebClient.Answer] = []
    for _ in 0..<3 {
      answers.append(try await bench.web.get("/health", headers: [("Origin", "http://localhost:3000")]))
    }
    #expect(answers.map(\.status) == [200, 200, 429])
    #expect(answers.map { $0.header("ratelimit-limit") } == ["2", "2", "2"])
    #expect(answers.map { $0.header("ratelimit-remaining") } == ["1", "0", "0"])
    // To the second, less what the requests themselves took.
    for (answer, seconds) in zip(answers, [30, 60, 60]) {
      #expect((seconds - 10...seconds).contains(answer.header("ratelimit-reset").flatMap { Int($0) } ?? 0))
    }
    #expect(answers.map { $0.header("ratelimit-policy") } == ["2;w=60", "2;w=60", "2;w=60"])
    #expect(answers.map { $0.header("retry-after") == nil } == [true, true, false])
    #expect((20...30).contains(answers[2].header("retry-after").flatMap { Int($0) } ?? 0))
    #expect(
      answers[2].text
        == #"{"detail":"too many requests from this address","code":"rate_limited","retryable":true}"#)
    // A page may read why it was refused.
    #expect(answers[2].header("access-control-allow-origin") == "http://localhost:3000")
    #expect(answers[2].header("x-request-id") != nil)
    await bench.stop()
  }

  @Test func thisMachineIsExemptUnlessToldOtherwise() async throws {
    let bench = try ToyGateway(settings: ["RATE_LIMIT_REQUESTS": "1"])
    for _ in 0..<5 {
      let answer = try await bench.web.get("/health")
      #expect(answer.status == 200)
      #expect(answer.header("ratelimit-limit") == nil)
    }
    await bench.stop()
  }

  @Test func withoutTheSettingThereIsNone() {
    let limit = RateLimit(Configuration(values: [:]), clock: ManualClock(), metrics: MetricsRegistry())
    #expect(limit == nil)
  }

  @Test func eachClientHasItsOwnShareAndItComesBackWithTime() async throws {
    let (clock, metrics) = (ManualClock(), MetricsRegistry())
    let limit = try #require(RateLimit(Configuration(values: Self.settings), clock: clock, metrics: metrics))
    let loop = EventLoop(name: "test")
    func ask(_ address: UInt32) -> Int {
      let context = HTTPContext(
        loop: loop, peerAddress: "", client: ClientAddress(ipv4: address), requestID: "")
      let answer = limit.answer(
        context, next: { .response(HTTPResponse(.ok)) }, refuse: { $0.response })
      guard case .response(let response) = answer else { return 0 }
      return response.status.code
    }
    #expect((0..<3).map { _ in ask(0xC000_0201) } == [200, 200, 429])
    #expect(ask(0xC000_0202) == 200)
    clock.advance(milliseconds: 30_000)
    #expect((0..<2).map { _ in ask(0xC000_0201) } == [200, 429])
    let refused = metrics.counter("marketgate_rate_limited_requests_total", help: "")
    #expect(refused.value == 2)
    loop.shutdown()
  }

  @Test func anAnswerThatComesLaterHasTheFieldsToo() async throws {
    let settings = ["RATE_LIMIT_REQUESTS": "100000", "RATE_LIMIT_LOOPBACK": "on"]
    let bench = try ToyGateway(settings: settings)
    try await bench.loaded()
    let answer = try await bench.web.get("/toy/ohlc/ALPHAUSD/1m")
    #expect(answer.header("ratelimit-limit") == "100000")
    await bench.stop()
  }
}
