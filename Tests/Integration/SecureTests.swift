import Net
import Support
import Testing

@testable import App

/// The gateway's way to an exchange as it is outside: TLS all the way, an authority of one's own, a proxy between.
///
/// The exchange's names have no address on this machine: whatever reaches it went through the proxy.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SecureTests {
  /// TLS before the exchange, and the proxy before that.
  private struct Way {
    let authority = TestCertificates()
    let front: TLSFront
    let tunnel: TunnelProxy

    init(names: String = "DNS:rest.binance.test,DNS:stream.binance.test", validSeconds: ClosedRange<Int> = -60...3600) {
      front = TLSFront(identity: authority.identity(for: names, validSeconds: validSeconds))
      tunnel = TunnelProxy(to: front.port)
    }

    func settings(caFile: String) -> [String: String] {
      [
        "BINANCE_BASE_URL": "https://rest.binance.test", "BINANCE_WS_URL": "wss://stream.binance.test",
        "UPSTREAM_CA_FILE": caFile,
      ]
    }

    /// Plays on a stage whose exchange can be reached on this way alone.
    func play(_ settings: [String: String], _ body: (Stage) async throws -> Void) async throws {
      defer {
        tunnel.stop()
        front.stop()
      }
      try await Stage.play(
        settings: settings, untilLoaded: false, tuning: { $0.proxy = tunnel.url },
        { stage in
          front.lead(to: try stage.exchangePort)
          try await body(stage)
        })
    }

    /// Waits until the proxy was asked for the host.
    func wasAsked(for host: String) async throws -> Bool {
      while let head = await tunnel.heads.next() {
        if head.hasPrefix("CONNECT \(host):443 HTTP/1.1\r\n") { return true }
      }
      return false
    }
  }

  @Test func candlesAndStreamsComeOverTLSThroughTheProxy() async throws {
    let way = Way()
    try await way.play(way.settings(caFile: way.authority.caFile)) { stage in
      let isLoaded = try await stage.loop.eventually { try await stage.isLoaded() }
      #expect(isLoaded)
      #expect(try await way.wasAsked(for: "rest.binance.test"))
      let query = "limit=1500&end"
      let end = stage.exchange.now - 3_600_000
      let own = try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&\(query)Time=\(end)")
      let candles = try await stage.web.get("/binance/ohlc/BTCUSDT/1m?\(query)_time=\(end)")
      let expected = ExchangeText.rows(own.text).map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
      #expect(expected.count == 1500)
      #expect(candles.text == "[\(expected.joined(separator: ","))]")
      #expect(try await stage.web.get("/health").text == #"{"status":"healthy","exchanges":{"binance":true}}"#)

      let candle = stage.stream("/ws/binance/BTCUSDT/ohlc?interval=1m")
      let trades = stage.stream("/ws/binance/BTCUSDT/trades")
      // The first candle may come over REST.
      for _ in 1...3 { #expect(try await candle.nextText { $0.contains(#""interval":"1m""#) } != nil) }
      #expect(try await trades.nextText { $0.contains(#""symbol":"BTCUSDT""#) } != nil)
      #expect(try await way.wasAsked(for: "stream.binance.test"))
      let seen = stage.exchange.statistics
      #expect(Set(seen.subscriptionsNow.keys) == ["btcusdt@kline_1m", "btcusdt@aggTrade"])
      #expect(seen.silentSubscriptions.isEmpty)
    }
  }

  @Test func clientsAreServedOverTLS() async throws {
    let authority = TestCertificates()
    let identity = authority.identity()
    let settings = ["TLS_CERT_FILE": identity.certificateFile, "TLS_KEY_FILE": identity.keyFile]
    try await Stage.play(settings: settings, untilLoaded: false) { stage in
      let address = stage.application.address
      #expect(address.hasPrefix("https://127.0.0.1:"))
      let web = WebClient(
        address, loop: stage.loop, options: HTTPClientOptions(caFile: authority.caFile, proxy: ""))
      let isLoaded = try await stage.loop.eventually { try await web.get("/binance/instruments").status == 200 }
      #expect(isLoaded)
      let query = "limit=1500&end"
      let end = stage.exchange.now - 3_600_000
      let own = try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&\(query)Time=\(end)")
      let expected = ExchangeText.rows(own.text).map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
      let target = "/binance/ohlc/BTCUSDT/1m?\(query)_time=\(end)"
      let candles = try await web.get(target)
      #expect(candles.text == "[\(expected.joined(separator: ","))]")
      #expect(candles.header("content-encoding") == "gzip")
      let tag = try #require(candles.header("etag"))
      #expect(try await web.get(target, headers: [("If-None-Match", tag)]).status == 304)
      let trades = StreamProbe(
        "wss" + address.dropFirst(5) + "/ws/binance/BTCUSDT/trades", loop: stage.loop,
        options: WebSocketClientOptions(caFile: authority.caFile, proxy: ""))
      for _ in 1...3 { #expect(try await trades.nextText { $0.contains(#""symbol":"BTCUSDT""#) } != nil) }
      trades.close()
      await web.shutdown()
    }
  }

  /// What is wrong with an exchange's certificate, and what clients and the log are told.
  @Test(arguments: [
    ("DNS:rest.binance.test", -7_200 ... -3_600, "the exchange's certificate has expired"),
    ("DNS:other.test", -60...3_600, "the exchange's certificate is for another host"),
    ("DNS:rest.binance.test", 3_600...7_200, "the exchange's certificate is not valid yet"),
  ])
  func aCertificateThatIsRefusedIsToldByItsCause(
    names: String, validSeconds: ClosedRange<Int>, reason: String
  ) async throws {
    let way = Way(names: names, validSeconds: validSeconds)
    try await way.play(way.settings(caFile: way.authority.caFile)) { stage in
      let isTold = try await stage.loop.eventually {
        let answer = try await stage.web.get("/binance/oi/BTCUSDT")
        #expect(answer.status == 503)
        return answer.text.contains(reason)
      }
      #expect(isTold)
      #expect(stage.exchange.statistics.requests.isEmpty)
    }
  }

  @Test func aCertificateOfAnotherAuthorityIsNotTrusted() async throws {
    let (way, other) = (Way(), TestCertificates())
    try await way.play(way.settings(caFile: other.caFile)) { stage in
      // Until it is tried, another cause is told.
      let isRefused = try await stage.loop.eventually {
        let answer = try await stage.web.get("/binance/oi/BTCUSDT")
        #expect(answer.status == 503)
        #expect(answer.text.hasSuffix(#","code":"upstream_unavailable","retryable":true}"#))
        return answer.text.contains("the exchange's certificate is not trusted")
      }
      #expect(isRefused)
      #expect(try await way.wasAsked(for: "rest.binance.test"))
      let health = try await stage.web.get("/health")
      #expect(health.text == #"{"status":"degraded","exchanges":{"binance":false}}"#)
      #expect(try await stage.web.get("/binance/instruments").status == 503)
      #expect(stage.exchange.statistics.requests.isEmpty)
    }
  }

  @Test func aStreamIsNotOpenedUnderACertificateOfAnotherAuthority() async throws {
    let (front, other) = (TLSFront(identity: TestCertificates().identity()), TestCertificates())
    defer { front.stop() }
    let settings = ["BINANCE_WS_URL": "wss://127.0.0.1:\(front.port)", "UPSTREAM_CA_FILE": other.caFile]
    try await Stage.play(settings: settings) { stage in
      front.lead(to: try stage.exchangePort)
      let trades = stage.stream("/ws/binance/BTCUSDT/trades")
      // The gateway tries again, and is not less careful then.
      for _ in 1...2 { #expect(await front.refusals.next() != nil) }
      #expect(stage.exchange.statistics.connectionsOpened == 0)
      trades.abort()
    }
  }

  @Test(arguments: ["/public/stream", "/market/stream"])
  func theExchangeItselfIsSilentOnAWrongPath(path: String) async throws {
    try await Stage.play(untilLoaded: false) { stage in
      let port = try stage.exchangePort
      let received = try await onThread {
        let socket = try RawSocket(port: port, patienceMilliseconds: 2500)
        defer { socket.close() }
        #expect(try socket.upgrade(to: path).hasPrefix("HTTP/1.1 101 "))
        socket.sendText(#"{"method":"SUBSCRIBE","params":["btcusdt@kline_1m"],"id":7}"#)
        #expect(try socket.readFrame().text == #"{"result":null,"id":7}"#)
        return try? socket.readFrame().text
      }
      let silent = stage.exchange.statistics.silentSubscriptions
      if path == "/market/stream" {
        #expect(received?.hasPrefix(#"{"stream":"btcusdt@kline_1m","data":{"#) == true)
        #expect(silent.isEmpty)
      } else {
        #expect(received == nil)
        #expect(silent == ["btcusdt@kline_1m": 1])
      }
    }
  }
}

extension Stage {
  /// The exchange's port.
  fileprivate var exchangePort: UInt16 {
    get throws { try #require(exchangeAddress.split(separator: ":").last.flatMap { UInt16($0) }) }
  }
}
