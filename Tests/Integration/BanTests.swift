import Contract
import Glibc
import Net
import Support
import Testing
import Wire

@testable import App

/// A ban outlives the process: an exchange that banned us is not asked before its end, however the process ended.
@Suite(.serialized, .timeLimit(.minutes(1))) struct BanTests {
  private static let ban = [("Retry-After", "120")]

  private static func get(_ target: String, _ port: UInt16) throws -> (head: String, body: String) {
    let socket = try RawSocket(port: port)
    defer { socket.close() }
    socket.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return try socket.readResponse()
  }

  @Test func aProcessThatIsKilledDuringABanAsksNothingAfterItsNextStart() async throws {
    let (folder, upstream) = (TemporaryFolder(), try ToyUpstream())
    upstream.answer("/fapi/v1/exchangeInfo", status: HTTPStatus(418), headers: Self.ban, body: "{}")
    upstream.answer("/fapi/v1/fundingInfo", status: .tooManyRequests, headers: Self.ban, body: "{}")
    let environment = [
      "STATE_DIR": folder.path, "EXCHANGES": "binance", "LIQUIDATION_EXCHANGES": "binance",
      "BINANCE_BASE_URL": upstream.httpAddress, "BINANCE_WS_URL": upstream.webSocketAddress,
    ]
    try await onThread {
      let child = try Child(["serve", "--port", "0"], environment: environment)
      try child.errors.line(with: "the exchange wants no requests for a while")
      // It is written at once, and not when the process ends.
      let end = EventLoop.monotonicMilliseconds + 10_000
      while folder.bytes("bans.json") == nil, EventLoop.monotonicMilliseconds < end { sched_yield() }
      child.send(SIGKILL)
      #expect(throws: Child.Failure.self) { _ = try child.ended() }
    }
    let asked = upstream.targets.count
    #expect((1...2).contains(asked))
    try await onThread {
      let child = try Child(["serve", "--port", "0"], environment: environment)
      let port = try child.port()
      try child.errors.line(with: "the exchange wanted no requests before this start, and is not asked yet")
      // The first load has been refused by then.
      try child.errors.line(with: "the instrument list cannot be loaded")
      for target in ["/binance/ohlc/BTCUSDT/1m", "/binance/instruments", "/binance/tickers/24hr"] {
        let answer = try BanTests.get(target, port)
        #expect(answer.head.hasPrefix("HTTP/1.1 503 "))
        #expect(answer.head.contains("Retry-After: "))
      }
      let ready = try BanTests.get("/ready", port)
      #expect(ready.body.contains(#""circuit_state":"open","cause":"the exchange asks for a pause (HTTP 4"#))
      #expect(try child.ended(by: SIGTERM).code == 0)
    }
    #expect(upstream.targets.count == asked)
    await upstream.stop()
  }

  /// A gateway on the made-up exchange.
  private static func gateway(
    _ upstream: ToyUpstream, _ folder: TemporaryFolder, _ clock: ManualClock
  ) throws -> Application {
    let values = [
      "EXCHANGES": "toy", "APP_PORT": "0", "WORKERS": "1", "LOG_LEVEL": "ERROR", "STATE_DIR": folder.path,
    ]
    let configuration = Configuration(values: values).withAddresses(
      of: ToyExchange().id, http: upstream.httpAddress, webSocket: upstream.webSocketAddress)
    return try Application(
      configuration, source: .live, exchanges: [ToyExchange()], tuning: Tuning(clock: clock, proxy: ""))
  }

  @Test func notOneRequestGoesOutBeforeTheEndAndThenAllIsWell() async throws {
    let (folder, clock, loop) = (TemporaryFolder(), ManualClock(), EventLoop(name: "clients"))
    let upstream = try ToyUpstream()
    let asked = Inbox<Void>()
    upstream.answer("/instruments") { _ in
      asked.add(())
      return .response(HTTPResponse(.tooManyRequests, headers: HTTPHeaders(Self.ban)))
    }
    let first = try Self.gateway(upstream, folder, clock)
    try await asked.next()
    let ready = WebClient(first.address, loop: loop, options: HTTPClientOptions(proxy: ""))
    #expect(await loop.eventually { (try? await ready.get("/ready").text.contains("asks for a pause")) == true })
    await ready.shutdown()
    await first.stop()
    upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    clock.advance(milliseconds: 100_000)
    let second = try Self.gateway(upstream, folder, clock)
    let web = WebClient(second.address, loop: loop, options: HTTPClientOptions(proxy: ""))
    for target in ["/toy/instruments", "/toy/funding/ALPHAUSD"] {
      let answer = try await web.get(target)
      #expect(answer.status == 503 && answer.header("retry-after") == "20")
    }
    clock.advance(milliseconds: 19_999)
    // The list is tried again and again meanwhile; each try is refused in the process.
    #expect(try await web.get("/ready").status == 503)
    #expect(upstream.targets.count == 1)
    clock.advance(milliseconds: 1)
    #expect(await loop.eventually { (try? await web.get("/toy/instruments").status) == 200 })
    #expect(upstream.targets.count == 2)
    await web.shutdown()
    await second.stop()
    await upstream.stop()
    loop.shutdown()
  }
}
