import App
import Net
import Support
import Testing
import Wire

/// What a client reads of the streams, compared as text with what the exchange says over REST.
@Suite(.serialized, .timeLimit(.minutes(1))) struct StreamTests {
  private static let minute: Int64 = 60_000

  @Test func aNewcomerGetsTheCurrentCandleAtOnce() async throws {
    try await Stage.play { stage in
      // No stream speaks, so what comes is the snapshot.
      stage.exchange.faults.stall(true)
      var isCompared = false
      // Few trades: as a rule none falls between the questions.
      for interval in ["1d", "12h", "8h", "6h", "4h"] where !isCompared {
        let own = "/fapi/v1/klines?symbol=KEEPUSDT&interval=\(interval)&limit=1"
        let before = try await stage.upstream.get(own).text
        let snapshot = try await stage.stream("/ws/binance/KEEPUSDT/ohlc?interval=\(interval)").nextText()
        guard try await stage.upstream.get(own).text == before else { continue }
        let row = try #require(ExchangeText.rows(before).first)
        #expect(snapshot == ExchangeText.candle(row, symbol: "KEEPUSDT", interval: interval, isClosed: false))
        // The next client's comes from memory.
        let again = try await stage.stream("/ws/binance/KEEPUSDT/ohlc?interval=\(interval)").nextText()
        #expect(again == snapshot)
        isCompared = true
      }
      #expect(isCompared)
      #expect(stage.exchange.statistics.framesSent == 0)
    }
  }

  /// Whoever comes second is given what was encoded for the first.
  @Test(arguments: [true, false]) func compressedAndPlainClientsReadTheSame(compressedFirst: Bool) async throws {
    try await Stage.play(speed: 30) { stage in
      let wishes = [WebSocketCompression(), nil]
      var snapshots: [String?] = []
      stage.exchange.faults.stall(true)
      for wish in compressedFirst ? wishes : wishes.reversed() {
        snapshots.append(try await stage.stream("/ws/binance/KEEPUSDT/ohlc?interval=1d", compression: wish).nextText())
      }
      #expect(snapshots[0] != nil)
      #expect(snapshots[0] == snapshots[1])
      stage.exchange.faults.stall(false)
      let streams = wishes.map { stage.stream("/ws/binance/BTCUSDT/trades", compression: $0) }
      var trades: [Set<String>] = []
      for stream in streams {
        var texts: Set<String> = []
        while texts.count < 50 { texts.insert(try #require(await stream.nextText())) }
        trades.append(texts)
      }
      // They did not begin with the same trade, but the later one is in the middle of the other's.
      #expect(trades[0].intersection(trades[1]).count > 25)
    }
  }

  @Test func everyCandleIsClosedOnceInOrderWithTheDigitsOfHistory() async throws {
    try await Stage.play(speed: 60) { stage in
      let stream = stage.stream("/ws/binance/BTCUSDT/ohlc")
      var messages: [String] = []
      var finalCount = 0
      while finalCount < 5 {
        let message = try #require(await stream.nextText())
        messages.append(message)
        if message.hasSuffix(#""is_closed":true}"#) { finalCount += 1 }
      }
      // Updates of one candle follow each other, and its final is the last of them.
      let times = messages.map { ExchangeText.member("timestamp", of: $0) }
      #expect(times == times.sorted())
      let finals = messages.filter { $0.hasSuffix(#""is_closed":true}"#) }
      #expect(messages.count > 2 * finals.count)
      for (index, message) in messages.enumerated().dropLast() where message.hasSuffix(#""is_closed":true}"#) {
        #expect(times[index + 1] > times[index])
      }
      let firstTime = stage.exchange.now / Self.minute * Self.minute - 100 * Self.minute
      let rows = ExchangeText.rows(
        try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=\(firstTime)").text)
      let history = rows.map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
      let start = try #require(history.firstIndex(of: finals[0]))
      #expect(finals == Array(history[start...].prefix(5)))
    }
  }

  @Test func tradesAreDenseOverTheSeamOfTheRecording() async throws {
    try await Stage.play(speed: 30) { stage in
      let stream = stage.stream("/ws/binance/SUSHIUSDT/trades")
      var trades: [String] = []
      let first = try #require(await stream.nextText())
      let start = try #require(Int64(ExchangeText.member("id", of: first)))
      trades.append(first)
      // A loop of the tape holds fewer.
      while trades.count < 120 { trades.append(try #require(await stream.nextText())) }
      #expect(trades.map { ExchangeText.member("id", of: $0) } == (0..<120).map { String(start + $0) })
      let times = trades.map { ExchangeText.member("timestamp", of: $0) }
      #expect(zip(times, times.dropFirst()).allSatisfy { $0.prefix(19) <= $1.prefix(19) })
      let own = ExchangeText.objects(
        try await stage.upstream.get(
          "/fapi/v1/aggTrades?symbol=SUSHIUSDT&limit=1000&startTime=\(stage.exchange.now - 5 * Self.minute)"
        ).text)
      let expected = own.map { row in
        let (price, quantity) = (ExchangeText.member("p", of: row), ExchangeText.member("q", of: row))
        let isMaker = ExchangeText.member("m", of: row)
        return #"{"exchange":"binance","symbol":"SUSHIUSDT","#
          + #""timestamp":"\#(ExchangeText.time(Int64(ExchangeText.member("T", of: row)) ?? 0))","#
          + #""side":"\#(isMaker == "true" ? "sell" : "buy")","price":\#(price),"quantity":\#(quantity),"#
          + #""value":\#(ExchangeText.product(price, quantity)),"is_buyer_maker":\#(isMaker),"#
          + #""id":\#(ExchangeText.member("a", of: row))}"#
      }
      let place = try #require(expected.firstIndex(of: first))
      #expect(Array(expected[place...].prefix(120)) == trades)
    }
  }

  @Test func largeTradesAreTheTradesOfAtLeastTheirValue() async throws {
    try await Stage.play(speed: 30, settings: ["LARGE_TRADE_THRESHOLD_USD": "50000"]) { stage in
      let all = stage.stream("/ws/binance/BTCUSDT/trades")
      _ = try #require(await all.nextText())
      let large = stage.stream("/ws/binance/BTCUSDT/large_trades?min_value_usd=20000.5")
      let larger = stage.stream("/ws/binance/BTCUSDT/large_trades")
      var got: [String] = []
      while got.count < 12 { got.append(try #require(await large.nextText())) }
      for message in got {
        #expect(
          ExchangeText.names(of: message)
            == ["exchange", "symbol", "timestamp", "side", "price", "quantity", "value", "is_buyer_maker"])
      }
      // Without the first, before which this client may have come.
      var expected: [String] = []
      while expected.last != got.last {
        let trade = try #require(await all.nextText())
        guard let value = Double(ExchangeText.member("value", of: trade)), value >= 20_000.5 else { continue }
        expected.append("\(trade.split(separator: #","id":"#)[0])}")
      }
      #expect(Array(expected.suffix(got.count)) == got)
      let one = try #require(await larger.nextText())
      #expect(try #require(Double(ExchangeText.member("value", of: one))) >= 50_000)
    }
  }

  @Test func liquidationsAreTheExchangesOrders() async throws {
    try await Stage.play(speed: 60) { stage in
      let rows = try #require(Repository.text("Recordings/binance/tapes/BTCUSDT.liquidations.csv"))
        .split(separator: "\n").dropFirst(2).map { $0.split(separator: ",").map(String.init) }
      // Side, filled quantity, average price.
      let expected = rows.map { row in
        #""side":"\#(row[1].lowercased())","price":\#(row[5]),"quantity":\#(row[2]),"#
          + #""value":\#(ExchangeText.product(row[2], row[5]))}"#
      }
      let values = rows.compactMap { Double(ExchangeText.product($0[2], $0[5])) }.sorted()
      let middle = values[values.count / 2]
      let all = stage.stream("/ws/binance/BTCUSDT/liquidations")
      let some = stage.stream("/ws/binance/BTCUSDT/liquidations?min_value_usd=\(Int(middle))")
      for _ in 0..<2 {
        let message = try #require(await all.nextText())
        #expect(message.hasPrefix(#"{"exchange":"binance","symbol":"BTCUSDT","timestamp":""#))
        #expect(expected.contains { message.hasSuffix($0) })
      }
      let message = try #require(await some.nextText())
      #expect(try #require(Double(ExchangeText.member("value", of: message))) >= middle.rounded(.down))
    }
  }
}
