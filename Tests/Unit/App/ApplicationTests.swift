import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// The whole gateway on the made-up exchange, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct ApplicationTests {
  private struct Bench {
    let upstream: ToyUpstream
    let application: Application
    let loop = EventLoop(name: "client")
    let web: WebClient

    init(_ exchange: ToyExchange = ToyExchange(), settings: [String: String] = [:]) throws {
      upstream = try ToyUpstream()
      upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
      let values = settings.merging(["EXCHANGES": "toy", "APP_PORT": "0", "WORKERS": "2", "LOG_LEVEL": "ERROR"]) { own, _ in own }
      let configuration = Configuration(values: values).withAddresses(
        of: exchange.id, http: upstream.httpAddress, webSocket: upstream.webSocketAddress)
      application = try Application(configuration, exchanges: [exchange])
      web = WebClient(application.address, loop: loop)
    }

    /// Returns when the instrument list is loaded.
    func loaded() async throws {
      while try await web.get("/toy/instruments").status != 200 { await Task.yield() }
    }

    func stream(_ target: String) -> StreamProbe {
      StreamProbe(application.address.replacing("http://", with: "ws://") + target, loop: loop)
    }

    func stop() async {
      await web.shutdown()
      await application.stop()
      await upstream.stop()
      loop.shutdown()
    }
  }

  private let row = #"[[1800000000000,"1.0","3.0","0.50","2.0","7"]]"#

  @Test func theRootSaysWhatItIs() async throws {
    let bench = try Bench()
    let answer = try await bench.web.get("/")
    #expect(answer.status == 200)
    #expect(
      answer.text
        == #"{"name":"marketgate","version":"\#(Version.text)","status":"operational","docs":"/docs","exchanges":["toy"],"source":"live"}"#)
    #expect(answer.header("content-type") == "application/json")
    #expect(answer.header("x-request-id") != nil)
    await bench.stop()
  }

  @Test func candlesComeFromTheExchangeWithItsDigits() async throws {
    let bench = try Bench()
    try await bench.loaded()
    bench.upstream.answer("/candles", body: row)
    let answer = try await bench.web.get("/TOY/ohlc/alphausd/1m?limit=1")
    #expect(answer.status == 200)
    #expect(
      answer.text
        == #"[{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"2027-01-15T08:00:00Z","interval":"1m","open":1.0,"high":3.0,"low":0.50,"close":2.0,"volume":7,"quote_volume":null,"trades_count":null,"is_closed":false}]"#)
    #expect(bench.upstream.targets.contains("/candles?symbol=ALPHAUSD&interval=1m&limit=1") || bench.upstream.targets.contains { $0.hasPrefix("/candles?") })
    await bench.stop()
  }

  @Test func openInterestAndFundingAreAnswered() async throws {
    let bench = try Bench()
    try await bench.loaded()
    bench.upstream.answer("/open-interest", body: #"{"time":1800000000000,"quantity":"5.50"}"#)
    bench.upstream.answer("/funding", body: #"{"time":1800000000000,"rate":"0.0001","next":1800003600000}"#)
    bench.upstream.answer(
      "/funding/history", body: #"[{"time":1800000000000,"rate":"0.0001"},{"time":1800003600000,"rate":"0.00020"}]"#)
    #expect(
      try await bench.web.get("/toy/oi/BETAUSD").text
        == #"{"exchange":"toy","symbol":"BETAUSD","timestamp":"2027-01-15T08:00:00Z","open_interest":55.00,"open_interest_value":null}"#)
    #expect(
      try await bench.web.get("/toy/funding/ALPHAUSD").text
        == #"{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"2027-01-15T08:00:00Z","funding_rate":0.0001,"funding_time":"2027-01-15T09:00:00Z","interval_hours":1}"#)
    let history = try await bench.web.get("/toy/funding-hist/ALPHAUSD?limit=2").text
    #expect(history.contains(#""funding_rate":0.00020,"funding_time":"2027-01-15T09:00:00Z","interval_hours":1"#))
    #expect(try await bench.web.get("/toy/oi-hist/ALPHAUSD").text.contains(#""code":"unsupported""#))
    await bench.stop()
  }

  @Test(arguments: [
    ("/nowhere/ohlc/ALPHAUSD/1m", 404, "unknown_exchange"), ("/toy/ohlc/NOPE/1m", 404, "unknown_symbol"),
    ("/toy/oi-hist/ALPHAUSD", 404, "unsupported"), ("/toy/nothing", 404, "not_found"), ("/toy/", 404, "not_found"),
    ("/toy/ohlc/ALPHAUSD/7m", 422, "invalid_parameter"), ("/toy/ohlc/ALPHAUSD/1m?limit=0", 422, "invalid_parameter"),
    ("/toy/ohlc/ALPHAUSD/1m?limit=1501", 422, "invalid_parameter"),
    ("/toy/ohlc/ALPHAUSD/1m?limit=abc", 422, "invalid_parameter"),
    ("/toy/ohlc/ALPHAUSD/1m?start_time=2&end_time=1", 422, "invalid_parameter"),
    ("/toy/instruments?kind=option", 422, "invalid_parameter"), ("/toy/ohlc/%ZZ/1m", 400, "bad_request"),
    ("/ws/toy/ALPHAUSD/ohlc", 426, "upgrade_required"),
  ])
  func badInputHasItsError(target: String, status: Int, code: String) async throws {
    let bench = try Bench()
    try await bench.loaded()
    let answer = try await bench.web.get(target)
    #expect(answer.status == status)
    #expect(answer.text.contains("\"code\":\"\(code)\",\"retryable\":false}"))
    await bench.stop()
  }

  @Test(arguments: [
    ("DELETE", "/health", "HTTP/1.1 405", "Allow: GET, HEAD"), ("BREW", "/health", "HTTP/1.1 501", "not_implemented"),
    ("OPTIONS", "/health", "HTTP/1.1 204", "Allow: GET, HEAD, OPTIONS"),
    ("OPTIONS", "/nothing/at/all", "HTTP/1.1 404", "not_found"),
  ])
  func otherMethodsHaveTheirAnswers(method: String, target: String, status: String, part: String) async throws {
    let bench = try Bench()
    let port = bench.application.port
    let answer = try await onThread {
      let socket = try RawSocket(port: port)
      defer { socket.close() }
      socket.send("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      return try socket.readTextToEnd()
    }
    #expect(answer.hasPrefix(status))
    #expect(answer.contains(part))
    await bench.stop()
  }

  @Test func aForeignHostIsMisdirected() async throws {
    let bench = try Bench()
    let answer = try await bench.web.get("/health", headers: [("Host", "evil.example")])
    #expect(answer.status == 421)
    #expect(answer.text.contains(#""code":"misdirected_request""#))
    await bench.stop()
  }

  @Test func anAllowedPageMayReadAnswersAndAForeignOneMayNot() async throws {
    let bench = try Bench()
    let allowed = try await bench.web.get("/health", headers: [("Origin", "http://localhost:3000")])
    #expect(allowed.header("access-control-allow-origin") == "http://localhost:3000")
    let foreign = try await bench.web.get("/health", headers: [("Origin", "http://evil.example")])
    #expect(foreign.header("access-control-allow-origin") == nil)
    await bench.stop()
  }

  @Test func whileTheListIsNotLoadedSymbolsAreNotUnknown() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", status: .serviceUnavailable, body: "{}")
    let fresh = try Bench(settings: [:])
    await fresh.stop()
    let configuration = Configuration(values: ["EXCHANGES": "toy", "APP_PORT": "0", "WORKERS": "1", "LOG_LEVEL": "ERROR"])
    let lonely = try Application(
      configuration.withAddresses(of: ToyExchange().id, http: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1"),
      exchanges: [ToyExchange()])
    let web = WebClient(lonely.address, loop: bench.loop)
    let answer = try await web.get("/toy/oi/ALPHAUSD")
    #expect(answer.status == 503)
    #expect(answer.header("retry-after") == "5")
    #expect(answer.text.contains(#""code":"upstream_unavailable","retryable":true"#))
    #expect(try await web.get("/health").text == #"{"status":"degraded","exchanges":{"toy":false}}"#)
    let probe = StreamProbe(lonely.address.replacing("http://", with: "ws://") + "/ws/toy/ALPHAUSD/ohlc", loop: bench.loop)
    guard case .peerClosed(let code) = await probe.closure().cause else {
      Issue.record("not closed by the gateway")
      return
    }
    #expect(code == .tryAgainLater)
    await web.shutdown()
    await lonely.stop()
    await bench.stop()
  }

  @Test(arguments: [
    ("/ws/nowhere/ALPHAUSD/ohlc", "exchange 'nowhere' is not known; available: toy"),
    ("/ws/toy/ALPHAUSD/nothing", "stream 'nothing' is not known; available: ohlc, trades, large_trades, liquidations"),
    ("/ws/toy/ALPHAUSD/ohlc?interval=7m", "interval '7m': Input should be one of 1m, 5m, 1h"),
    ("/ws/toy/ALPHAUSD/large_trades?min_value_usd=abc", "min_value_usd 'abc': Input should be a number of zero or more"),
    ("/ws/toy/NOPE/ohlc", "symbol 'NOPE' is not listed on toy"),
  ])
  func aStreamThatCannotBeIsClosedWithItsReason(target: String, reason: String) async throws {
    let bench = try Bench()
    try await bench.loaded()
    let closure = await bench.stream(target).closure()
    guard case .peerClosed(let code) = closure.cause else {
      Issue.record("not closed by the gateway: \(closure)")
      return
    }
    #expect(code == .policyViolation)
    #expect(closure.reason == reason)
    await bench.stop()
  }

  @Test func aCandleStreamStartsWithTheCurrentCandleAndGoesOn() async throws {
    let bench = try Bench()
    try await bench.loaded()
    bench.upstream.answer("/candles", body: row)
    let probe = bench.stream("/ws/toy/ALPHAUSD/ohlc?interval=1m")
    let snapshot = try #require(await probe.nextText())
    #expect(snapshot.contains(#""open":1.0,"high":3.0,"low":0.50,"close":2.0,"volume":7"#))
    #expect(await bench.upstream.nextText().contains("candles(1m):ALPHAUSD"))
    bench.upstream.send(ToyFrames.taken(1))
    bench.upstream.send(ToyFrames.candle(open: 1_800_000_000_000, close: "2.50"))
    #expect(await probe.nextText { $0.contains(#""close":2.50"#) } != nil)
    let second = bench.stream("/ws/toy/ALPHAUSD/ohlc")
    #expect(await second.nextText()?.contains(#""close":2.50"#) == true)
    await bench.stop()
  }

  @Test func largeTradesLeaveOutTheSmallAndTradesDoNot() async throws {
    let bench = try Bench()
    try await bench.loaded()
    let (large, all) = (
      bench.stream("/ws/toy/ALPHAUSD/large_trades?min_value_usd=100"), bench.stream("/ws/toy/ALPHAUSD/trades")
    )
    for probe in [large, all] {
      guard case .opened = await probe.next() else {
        Issue.record("not opened")
        return
      }
    }
    #expect(await bench.upstream.nextText().contains("trades:ALPHAUSD"))
    bench.upstream.send(ToyFrames.taken(1))
    // Either client may be subscribed a moment after the other: the first trades are sent until both have one.
    bench.upstream.send(ToyFrames.trade(id: 1, price: "10", quantity: "9"))
    bench.upstream.send(ToyFrames.trade(id: 2, price: "10", quantity: "10", side: "sell"))
    #expect(await all.nextText()?.contains(#""value":90,"is_buyer_maker":false,"id":1"#) == true)
    #expect(await all.nextText()?.contains(#""id":2"#) == true)
    #expect(
      await large.nextText()
        == #"{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"1970-01-01T00:00:00Z","side":"sell","price":10,"quantity":10,"value":100,"is_buyer_maker":true}"#)
    await bench.stop()
  }

  @Test func aForeignPageMayNotOpenAStream() async throws {
    let bench = try Bench()
    let answer = try await bench.web.get(
      "/ws/toy/ALPHAUSD/trades",
      headers: [
        ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Origin", "http://evil.example"),
      ])
    #expect(answer.status == 403)
    await bench.stop()
  }

  @Test func stoppingClosesStreamsWithGoingAway() async throws {
    let bench = try Bench()
    try await bench.loaded()
    let probe = bench.stream("/ws/toy/ALPHAUSD/trades")
    _ = await probe.next()
    await bench.application.stop()
    guard case .peerClosed(let code) = await probe.closure().cause else {
      Issue.record("not closed by the gateway")
      return
    }
    #expect(code == .goingAway)
    await bench.web.shutdown()
    await bench.upstream.stop()
    bench.loop.shutdown()
  }

  @Test func catalogAndCapabilitiesAreServed() async throws {
    let bench = try Bench()
    try await bench.loaded()
    let exchanges = try await bench.web.get("/exchanges").text
    #expect(exchanges.hasPrefix(#"{"exchanges":[{"name":"toy","capabilities":{"ohlc":true,"funding_rate":true,"open_interest":true,"liquidations":true,"large_trades":true"#))
    #expect(exchanges.contains(#""intervals":["1m","5m","1h"],"liquidation_coverage":"full","liquidation_price":"bankruptcy"}"#))
    let catalog = try await bench.web.get("/ws-catalog").text
    #expect(catalog.contains(#""per_exchange_pattern":"/ws/{exchange}/{symbol}/{stream}""#))
    #expect(catalog.contains(#""/ws/toy/ALPHAUSD/ohlc""#))
    let metrics = try await bench.web.get("/metrics")
    #expect(metrics.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
    #expect(metrics.text.contains("# TYPE marketgate_upstream_messages_total counter"))
    await bench.stop()
  }
}
