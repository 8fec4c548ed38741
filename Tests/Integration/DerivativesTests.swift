import App
import Net
import Support
import Testing

/// Open interest and funding over the whole way, compared as text with what the exchange itself says.
@Suite(.serialized, .timeLimit(.minutes(1))) struct DerivativesTests {
  private static let hour: Int64 = 3_600_000

  @Test func openInterestIsWorthItsExactProductWithTheMarkPrice() async throws {
    try await Stage.play { stage in
      // Asked before and after: when both are equal, they are what the gateway was told between them.
      func own() async throws -> (quantity: String, mark: String) {
        let quantity = try await stage.upstream.get("/fapi/v1/openInterest?symbol=BTCUSDT").text
        let mark = try await stage.upstream.get("/fapi/v1/premiumIndex?symbol=BTCUSDT").text
        return (ExchangeText.member("openInterest", of: quantity), ExchangeText.member("markPrice", of: mark))
      }
      let isCompared = try await stage.loop.eventually {
        let before = try await own()
        let answer = try await stage.web.get("/binance/oi/BTCUSDT")
        guard try await own() == before else { return false }
        #expect(answer.status == 200)
        #expect(
          ExchangeText.names(of: answer.text)
            == ["exchange", "symbol", "timestamp", "open_interest", "open_interest_value"])
        #expect(ExchangeText.member("open_interest", of: answer.text) == before.quantity)
        #expect(
          ExchangeText.member("open_interest_value", of: answer.text)
            == ExchangeText.product(before.quantity, before.mark))
        return true
      }
      #expect(isCompared)
    }
  }

  private func samples(_ text: String) -> [String] {
    ExchangeText.objects(text).map { row in
      let time = ExchangeText.time(Int64(ExchangeText.member("timestamp", of: row)) ?? 0)
      return #"{"exchange":"binance","symbol":"BTCUSDT","timestamp":"\#(time)","#
        + #""open_interest":\#(ExchangeText.member("sumOpenInterest", of: row)),"#
        + #""open_interest_value":\#(ExchangeText.member("sumOpenInterestValue", of: row))}"#
    }
  }

  @Test func openInterestOfThePastHasTheExchangesDigits() async throws {
    try await Stage.play { stage in
      for period in ["5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d"] {
        let end = stage.exchange.now - 24 * Self.hour
        let own = try await stage.upstream.get(
          "/futures/data/openInterestHist?symbol=BTCUSDT&period=\(period)&limit=10&endTime=\(end)")
        let expected = samples(own.text)
        #expect(expected.count == 10)
        let answer = try await stage.web.get("/binance/oi-hist/BTCUSDT?period=\(period)&limit=10&end_time=\(end)")
        #expect(answer.status == 200)
        #expect(answer.header("x-coverage") == nil)
        #expect(ExchangeText.objects(answer.text) == expected)
        #expect(Set(expected).count == 10 && expected == expected.sorted())
      }
      let defaults = try await stage.web.get("/binance/oi-hist/BTCUSDT")
      #expect(ExchangeText.objects(defaults.text).count == 30)
    }
  }

  @Test func rangesOfOpenInterestKeepTheirBounds() async throws {
    try await Stage.play { stage in
      let start = stage.exchange.now / Self.hour * Self.hour - 48 * Self.hour
      let end = start + 5 * Self.hour
      func asked(_ query: String) async throws -> [String] {
        ExchangeText.objects(try await stage.web.get("/binance/oi-hist/BTCUSDT?period=1h&\(query)").text)
      }
      let both = try await asked("start_time=\(start)&end_time=\(end)")
      #expect(
        both.map { ExchangeText.member("timestamp", of: $0) }
          == (0...5).map {
            ExchangeText.time(start + $0 * Self.hour)
          })
      #expect(try await asked("start_time=\(start)&end_time=\(end)&limit=2") == Array(both.prefix(2)))
      #expect(try await asked("start_time=\(start)&limit=3") == Array(both.prefix(3)))
      #expect(try await asked("end_time=\(end)&limit=3") == Array(both.suffix(3)))
    }
  }

  @Test func olderOpenInterestThanIsKeptIsSaidToBeCutOff() async throws {
    try await Stage.play { stage in
      let start = stage.exchange.now - 40 * 24 * Self.hour
      let answer = try await stage.web.get("/binance/oi-hist/BTCUSDT?period=1d&start_time=\(start)&limit=500")
      #expect(answer.status == 200)
      #expect(answer.header("x-coverage") == "truncated")
      #expect((29...31).contains(ExchangeText.objects(answer.text).count))
      let gone = try await stage.web.get(
        "/binance/oi-hist/BTCUSDT?period=1d&start_time=\(start)&end_time=\(start + 24 * Self.hour)")
      #expect(gone.header("x-coverage") == "truncated")
      #expect(gone.text == "[]")
    }
  }

  @Test func theRateNowAccruingIsTheExchanges() async throws {
    try await Stage.play { stage in
      for (symbol, hours) in [("BTCUSDT", 8), ("AKROUSDT", 4)] {
        // The estimate changes at a settlement only.
        let isCompared = try await stage.loop.eventually {
          let before = try await stage.upstream.get("/fapi/v1/premiumIndex?symbol=\(symbol)").text
          let answer = try await stage.web.get("/binance/funding/\(symbol)")
          let after = try await stage.upstream.get("/fapi/v1/premiumIndex?symbol=\(symbol)").text
          let next = ExchangeText.member("nextFundingTime", of: before)
          guard next == ExchangeText.member("nextFundingTime", of: after) else { return false }
          let bounds = [before, after].map { ExchangeText.time(Int64(ExchangeText.member("time", of: $0)) ?? 0) }
          let time = ExchangeText.member("timestamp", of: answer.text)
          #expect(answer.status == 200)
          #expect(bounds[0].prefix(19) <= time.prefix(19) && time.prefix(19) <= bounds[1].prefix(19))
          #expect(
            answer.text
              == #"{"exchange":"binance","symbol":"\#(symbol)","timestamp":"\#(time)","#
              + #""funding_rate":\#(ExchangeText.member("lastFundingRate", of: before)),"#
              + #""funding_time":"\#(ExchangeText.time(Int64(next) ?? 0))","interval_hours":\#(hours)}"#)
          return true
        }
        #expect(isCompared)
      }
    }
  }

  /// The exchange stamps a settlement some milliseconds late; clients read the full hour.
  private func settlements(_ text: String, symbol: String, hours: Int) -> [String] {
    ExchangeText.objects(text).map { row in
      let stamp = Int64(ExchangeText.member("fundingTime", of: row)) ?? 0
      let time = ExchangeText.time(stamp / Self.hour * Self.hour)
      return #"{"exchange":"binance","symbol":"\#(symbol)","timestamp":"\#(time)","#
        + #""funding_rate":\#(ExchangeText.member("fundingRate", of: row)),"funding_time":"\#(time)","#
        + #""interval_hours":\#(hours)}"#
    }
  }

  @Test func settledRatesHaveTheExchangesDigitsAndFullHours() async throws {
    try await Stage.play { stage in
      for (symbol, hours) in [("BTCUSDT", 8), ("AKROUSDT", 4)] {
        let end = stage.exchange.now - 24 * Self.hour
        let own = try await stage.upstream.get("/fapi/v1/fundingRate?symbol=\(symbol)&limit=12&endTime=\(end)")
        let expected = settlements(own.text, symbol: symbol, hours: hours)
        #expect(expected.count == 12)
        let answer = try await stage.web.get("/binance/funding-hist/\(symbol)?limit=12&end_time=\(end)")
        #expect(answer.status == 200)
        #expect(ExchangeText.objects(answer.text) == expected)
      }
    }
  }

  @Test func rangesOfSettledRatesKeepTheirBoundsAndAreReadInPages() async throws {
    try await Stage.play { stage in
      let period = 8 * Self.hour
      let start = stage.exchange.now / period * period - 30 * period
      func asked(_ query: String) async throws -> [String] {
        ExchangeText.objects(try await stage.web.get("/binance/funding-hist/BTCUSDT?\(query)").text)
      }
      // One row more than a page is needed, for the first one's distance to the row before.
      let most = try await asked("end_time=\(start + 5 * period)&limit=1000")
      #expect(stage.exchange.statistics.requests["/fapi/v1/fundingRate"] == 2)
      #expect(most.count == 1000)
      #expect(most.allSatisfy { ExchangeText.member("interval_hours", of: $0) == "8" })
      let both = try await asked("start_time=\(start)&end_time=\(start + 5 * period)")
      #expect(
        both.map { ExchangeText.member("funding_time", of: $0) }
          == (0...5).map {
            ExchangeText.time(start + $0 * period)
          })
      #expect(Array(most.suffix(6)) == both)
      #expect(try await asked("start_time=\(start)&limit=2") == Array(both.prefix(2)))
      #expect(try await asked("end_time=\(start + 5 * period)&limit=2") == Array(both.suffix(2)))
      // All of these were known, but for what may follow the last of them: a start asks for some rows more to measure.
      #expect(stage.exchange.statistics.requests["/fapi/v1/fundingRate"] == 3)
    }
  }
}
