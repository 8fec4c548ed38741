import Services
import Sessions
import Support
import Testing
import Wire

@testable import App

/// What clients get of streams that were cut, fell silent or were corrected, compared with the exchange's own answers; and
/// what the ledger of gaps says of it.
@Suite(.serialized, .timeLimit(.minutes(1))) struct RepairTests {
  private static let candles = "/ws/binance/BTCUSDT/ohlc?interval=1m&closed_only=1"

  /// Times that a test can wait for.
  @Sendable private static func shorten(_ tuning: inout Tuning) {
    tuning.backoff = Backoff(first: 200, cap: 200, calm: 60_000)
    tuning.repair.firstPause = 20
    tuning.repair.longestPause = 50
    tuning.longestPublisherSleep = 10
  }

  private func gaps(_ stage: Stage, _ query: String = "") async throws -> [JSONValue] {
    try JSONValue(parsing: try await stage.web.get("/gaps\(query)").text).array ?? []
  }

  private func nextFinal(_ probe: StreamProbe) async throws -> String { try #require(await probe.nextText()) }

  /// The finals of a stream are the exchange's candles, each once and in order.
  private func expectCandles(_ finals: [String], _ stage: Stage) async throws {
    let own = ExchangeText.rows(
      try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500").text)
    let candles = own.map { ExchangeText.candle($0, symbol: "BTCUSDT", interval: "1m") }
    let first = try #require(candles.firstIndex(of: finals[0]))
    #expect(finals == Array(candles.dropFirst(first).prefix(finals.count)))
  }

  @Test func tradesOfACutAreFetchedAndComeInTheirPlace() async throws {
    try await Stage.play(speed: 60, tuning: Self.shorten) { stage in
      let probe = stage.stream("/ws/binance/BTCUSDT/trades")
      var trades = [try #require(await probe.nextText())]
      for cut in 1...3 {
        stage.exchange.faults.cutAll()
        #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsOpened == cut + 1 })
        for _ in 0..<50 { trades.append(try #require(await probe.nextText())) }
        // Two cuts with nothing between them would be one gap.
        #expect(try await stage.loop.eventually { try await gaps(stage, "?state=filled").count == cut })
      }
      let first = ExchangeText.member("id", of: trades[0])
      var own: [String] = []
      while own.count < trades.count {
        let from = (Int(first) ?? 0) + own.count
        let answer = try await stage.upstream.get("/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1000&fromId=\(from)").text
        own += ExchangeText.objects(answer)
      }
      func told(_ trade: String) -> [String] {
        ["id", "price", "quantity", "is_buyer_maker"].map { ExchangeText.member($0, of: trade) }
      }
      func meant(_ row: String) -> [String] { ["a", "p", "q", "m"].map { ExchangeText.member($0, of: row) } }
      #expect(trades.map(told) == own.prefix(trades.count).map(meant))
      let records = try await gaps(stage)
      #expect(records.count == 3)
      for record in records {
        #expect(record["cause"]?.string == "disconnect" && record["stream"]?.string == "trades")
        #expect(record["missing"]?.integer == 0 && record["filled_from"]?.string == "rest")
      }
    }
  }

  @Test func theFinalOfACutComesOverRESTOnceAndTheGapIsFilled() async throws {
    // A minute passes in a tenth of a second, so that the cut crosses the end of a candle.
    try await Stage.play(speed: 600, tuning: Self.shorten) { stage in
      let probe = stage.stream(Self.candles)
      var finals = [try await nextFinal(probe)]
      stage.exchange.faults.cutAll()
      #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsOpened == 2 })
      for _ in 0..<6 { finals.append(try await nextFinal(probe)) }
      try await expectCandles(finals, stage)
      let records = try await gaps(stage, "?exchange=binance&symbol=BTCUSDT&interval=1m&stream=ohlc")
      let cut = records.filter { $0["cause"]?.string == "disconnect" }
      #expect(cut.count == 1 && cut[0]["state"]?.string == "filled" && cut[0]["missing"]?.integer == 0)
      #expect(cut[0]["filled_from"]?.string == "rest")
    }
  }

  @Test func whatFollowsACutWaitsUntilTheExchangeCanBeAsked() async throws {
    func tune(_ tuning: inout Tuning) {
      Self.shorten(&tuning)
      tuning.circuit = .never
    }
    try await Stage.play(speed: 600, tuning: tune) { stage in
      let probe = stage.stream(Self.candles)
      var finals = [try await nextFinal(probe)]
      stage.exchange.faults.answerREST(status: 503, count: 1_000_000)
      stage.exchange.faults.cutAll()
      #expect(
        try await stage.loop.eventually {
          try await gaps(stage, "?state=open").first?["to"]?.string != nil
        })
      stage.exchange.faults.clear()
      for _ in 0..<8 { finals.append(try await nextFinal(probe)) }
      try await expectCandles(finals, stage)
      #expect(
        try await stage.loop.eventually {
          try await gaps(stage).contains {
            $0["cause"]?.string == "disconnect" && $0["state"]?.string == "filled"
              && $0["filled_from"]?.string == "rest"
          }
        })
    }
  }

  @Test func aStreamThatFallsMuteHasItsFinalsFromREST() async throws {
    // A minute passes in a second, the five seconds after it in a twelfth.
    try await Stage.play(speed: 60, tuning: Self.shorten) { stage in
      let probe = stage.stream(Self.candles)
      var finals = [try await nextFinal(probe)]
      stage.exchange.faults.forget(topic: "btcusdt@kline_1m")
      for _ in 0..<3 { finals.append(try await nextFinal(probe)) }
      try await expectCandles(finals, stage)
      let records = try await gaps(stage)
      #expect(records.count >= 2)
      #expect(records.allSatisfy { $0["cause"]?.string == "skipped" && $0["filled_from"]?.string == "rest" })
    }
  }

  @Test func aFinalThatIsCorrectedIsARevisionOnTheMultiplexAlone() async throws {
    try await Stage.play(speed: 60, tuning: Self.shorten) { stage in
      let bare = stage.stream(Self.candles)
      let multiplex = stage.stream("/ws")
      guard case .opened = try await multiplex.next() else { return #expect(Bool(false), "it is not open") }
      let name = "binance/BTCUSDT/ohlc?interval=1m&closed_only=1"
      multiplex.send(#"{"op":"subscribe","args":["\#(name)"]}"#)
      #expect(try await multiplex.nextText()?.contains(#""type":"subscribed""#) == true)
      let final = try #require(await multiplex.nextText { $0.contains(#""is_closed":true"#) })
      let time = ExchangeText.member("timestamp", of: final)
      let rows = ExchangeText.rows(
        try await stage.upstream.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=20").text)
      let row = try #require(rows.first { ExchangeText.time(Int64($0[0]) ?? 0) == time })
      let corrected =
        #"{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1,"s":"BTCUSDT","k":{"t":\#(row[0]),"T":\#(row[6]),"#
        + #""s":"BTCUSDT","i":"1m","f":1,"L":2,"o":"\#(row[1])","c":"1.25","h":"\#(row[2])","l":"\#(row[3])","#
        + #""v":"\#(row[5])","n":\#(row[8]),"x":true,"q":"\#(row[7])","V":"0","Q":"0","B":"0"}}}"#
      stage.exchange.faults.garbageFrame(corrected)
      let revision = try #require(await multiplex.nextText { !$0.contains(#""type":"ohlc""#) })
      #expect(revision.hasPrefix(#"{"type":"revision","stream":"\#(name)","seq":"#))
      #expect(revision.contains(#","rev":1,"exchange":"binance","symbol":"BTCUSDT","timestamp":"\#(time)""#))
      #expect(ExchangeText.member("close", of: revision) == "1.25")
      let seen = try await [nextFinal(bare), nextFinal(bare), nextFinal(bare)]
      #expect(Set(seen.map { ExchangeText.member("timestamp", of: $0) }).count == 3)
      #expect(seen.allSatisfy { ExchangeText.member("close", of: $0) != "1.25" })
      let answer = try await stage.web.get(
        "/binance/ohlc/BTCUSDT/1m?limit=1&start_time=\(row[0])&end_time=\(row[0])")
      #expect(ExchangeText.member("close", of: answer.text) == "1.25")
    }
  }
}
