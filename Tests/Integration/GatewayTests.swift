import App
import Net
import Support
import Testing

/// Every route of REST, and that the digits are the exchange's: each answer is compared as text with what the exchange
/// itself says when it is asked.
@Suite(.serialized, .timeLimit(.minutes(1))) struct GatewayTests {
  private static let minute: Int64 = 60_000
  private static let hour: Int64 = 3_600_000

  /// The candles clients must get for rows of the exchange.
  private func candles(_ rows: [[String]], _ interval: String) -> String {
    "[" + rows.map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: interval) }.joined(separator: ",") + "]"
  }

  @Test(arguments: [
    ("0.001", "61800.30", "61.8003"), ("25", "4", "100"), ("0", "5.5", "0"),
    ("112233445566.778", "0.00000001", "1122.33445566778"),
    ("84211.372", "61666.77979374", "5193044133.25272241128"),
  ])
  func productsOfTheseTestsArePythons(left: String, right: String, product: String) {
    #expect(ExchangeText.product(left, right) == product)
  }

  @Test func theGatewaySaysWhatItIs() async throws {
    try await Stage.play { stage in
      let root = try await stage.web.get("/")
      #expect(root.status == 200)
      #expect(root.header("content-type") == "application/json")
      #expect(
        ExchangeText.names(of: root.text) == ["name", "version", "status", "docs", "exchanges", "source"])
      #expect(root.text.hasSuffix(#""docs":"/docs","exchanges":["binance"],"source":"recording"}"#))
      let health = try await stage.web.get("/health")
      #expect(health.text == #"{"status":"healthy","exchanges":{"binance":true}}"#)
      let exchanges = try await stage.web.get("/exchanges")
      #expect(
        exchanges.text.hasPrefix(
          #"{"exchanges":[{"name":"binance","capabilities":{"ohlc":true,"funding_rate":true,"open_interest":true,"#
            + #""liquidations":true,"large_trades":true,"#))
      #expect(
        exchanges.text.contains(
          #""intervals":["1m","3m","5m","15m","30m","1h","2h","4h","6h","8h","12h","1d","3d","1w","1M"],"#
            + #""liquidation_coverage":"sampled","liquidation_price":"average"}]}"#))
      let catalog = try await stage.web.get("/ws-catalog")
      for name in ["ohlc", "trades", "large_trades", "liquidations"] {
        #expect(catalog.text.contains("\"/ws/{exchange}/{symbol}/\(name)\""))
      }
      let metrics = try await stage.web.get("/metrics")
      #expect(metrics.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
      #expect(metrics.text.contains(#"marketgate_upstream_answers_total{exchange="binance",status="2xx"} "#))
    }
  }

  @Test func candlesOfEveryIntervalAreTheExchanges() async throws {
    try await Stage.play { stage in
      let intervals = ["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M"]
      for interval in intervals {
        let end = stage.exchange.now - 90 * 24 * Self.hour
        let own = try await stage.upstream.get(
          "/fapi/v1/klines?symbol=BTCUSDT&interval=\(interval)&endTime=\(end)&limit=4")
        let rows = ExchangeText.rows(own.text)
        #expect(rows.count == 4)
        let answer = try await stage.web.get("/binance/ohlc/BTCUSDT/\(interval)?end_time=\(end)&limit=4")
        #expect(answer.status == 200)
        #expect(answer.header("content-type") == "application/json")
        #expect(answer.header("x-request-id") != nil)
        #expect(answer.text == candles(rows, interval))
      }
    }
  }

  @Test func rangesOfCandlesKeepTheirBounds() async throws {
    try await Stage.play { stage in
      let start = stage.exchange.now / Self.minute * Self.minute - 100 * Self.minute
      let end = start + 9 * Self.minute
      func asked(_ query: String) async throws -> [String] {
        let answer = try await stage.web.get("/binance/ohlc/BTCUSDT/1m?\(query)")
        #expect(answer.status == 200)
        return ExchangeText.objects(answer.text)
      }
      func own(_ query: String) async throws -> [String] {
        let answer = try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&\(query)")
        return ExchangeText.rows(answer.text).map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
      }
      let both = try await asked("start_time=\(start)&end_time=\(end)")
      #expect(both.count == 10)
      #expect(both == (try await own("startTime=\(start)&endTime=\(end)")))
      // Both bounds are inclusive, and with both the first ones count.
      #expect(Array(both.prefix(3)) == (try await asked("start_time=\(start)&end_time=\(end)&limit=3")))
      #expect(Array(both.dropFirst().dropLast()) == (try await asked("start_time=\(start + 1)&end_time=\(end - 1)")))
      #expect(Array(both.prefix(5)) == (try await asked("start_time=\(start)&limit=5")))
      #expect(Array(both.suffix(5)) == (try await asked("end_time=\(end)&limit=5")))
      let defaults = try await asked("end_time=\(end)")
      #expect(defaults.count == 500)
      #expect(defaults == (try await own("endTime=\(end)&limit=500")))
      let most = try await asked("end_time=\(end)&limit=1500")
      #expect(most.count == 1500)
      #expect(most == (try await own("endTime=\(end)&limit=1500")))
    }
  }

  @Test func theLatestCandleIsOpenAndThoseBeforeItAreClosed() async throws {
    try await Stage.play { stage in
      let answer = try await stage.web.get("/binance/ohlc/BTCUSDT/1h?limit=5")
      let candles = ExchangeText.objects(answer.text)
      let now = stage.exchange.now
      #expect(candles.count == 5)
      let closed = candles.map { ExchangeText.member("is_closed", of: $0) }
      #expect(closed == ["true", "true", "true", "true", "false"])
      let latest = ExchangeText.member("timestamp", of: candles[4])
      // The hour may have turned since the answer.
      let hours = [now / Self.hour * Self.hour, (now / Self.hour - 1) * Self.hour].map(ExchangeText.time)
      #expect(hours.contains(latest))
    }
  }

  @Test func rawRoutesAreTheExchangesOwnBytes() async throws {
    try await Stage.play { stage in
      let end = stage.exchange.now - Self.hour
      let own = try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=700&endTime=\(end)")
      let raw = try await stage.web.get("/binance/klines/BTCUSDT/1m?limit=700&endTime=\(end)")
      #expect(raw.status == 200)
      #expect(raw.text == own.text)
      let start = end - 3 * Self.minute
      let few = try await stage.upstream.get(
        "/fapi/v1/klines?symbol=LTCUSDT&interval=1m&startTime=\(start)&endTime=\(end)")
      #expect(
        try await stage.web.get("/Binance/klines/ltcusdt/1m?startTime=\(start)&endTime=\(end)").text == few.text)
      #expect(try await stage.web.get("/binance/klines/BTCUSDT/1m").status == 200)
      // These hold the time of the answer, so only their shape can be compared.
      for (path, ownPath) in [("/binance/tickers/24hr", "ticker/24hr"), ("/binance/mark-prices", "premiumIndex")] {
        let raw = try await stage.web.get(path)
        let own = try await stage.upstream.get("/fapi/v1/\(ownPath)")
        #expect(raw.status == 200)
        #expect(ExchangeText.names(of: raw.text) == ExchangeText.names(of: own.text))
      }
    }
  }

  @Test func instrumentsAreTheListedOnes() async throws {
    try await Stage.play { stage in
      let all = try await stage.web.get("/binance/instruments")
      let list = ExchangeText.objects(all.text)
      #expect(list.count == 6)
      #expect(
        list[0]
          == #"{"exchange":"binance","symbol":"BTCUSDT","base":"BTC","quote":"USDT","kind":"perpetual","#
          + #""status":"trading","tick_size":0.10,"step_size":0.001,"contract_size":1,"funding_interval_hours":8}"#)
      #expect(list.map { ExchangeText.member("funding_interval_hours", of: $0) }.filter { $0 == "4" }.count == 1)
      #expect(try await stage.web.get("/binance/instruments?quote=usdt&kind=perpetual").text == all.text)
      #expect(try await stage.web.get("/binance/instruments?quote=EUR").text == "[]")
      #expect(try await stage.web.get("/binance/instruments?kind=future").text == "[]")
    }
  }

  @Test func headHasTheHeadersOfGetAndNothingElse() async throws {
    try await Stage.play { stage in
      let target = "/binance/ohlc/BTCUSDT/1m?end_time=\(stage.exchange.now - Self.hour)&limit=2"
      let get = try await stage.web.get(target)
      let head = try await stage.talk { socket in
        socket.send("HEAD \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return try socket.readTextToEnd()
      }
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(head.contains("\r\nContent-Type: application/json\r\n"))
      #expect(head.contains("\r\nContent-Length: \(get.text.utf8.count)\r\n"))
      #expect(head.hasSuffix("\r\n\r\n"))
    }
  }
}
