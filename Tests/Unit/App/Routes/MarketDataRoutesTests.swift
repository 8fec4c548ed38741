import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// Market data of the made-up exchange, over real sockets on both sides.
@Suite(.timeLimit(.minutes(1))) struct MarketDataRoutesTests {
  @Test func candlesComeFromTheExchangeWithItsDigits() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    bench.upstream.answer("/candles", body: ToyGateway.candleRow)
    let answer = try await bench.web.get("/TOY/ohlc/alphausd/1m?limit=1")
    #expect(answer.status == 200)
    #expect(
      answer.text
        == #"[{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"2027-01-15T08:00:00Z","interval":"1m","open":1.0,"high":3.0,"low":0.50,"close":2.0,"volume":7,"quote_volume":null,"trades_count":null,"is_closed":false}]"#
    )
    #expect(
      bench.upstream.targets.contains("/candles?symbol=ALPHAUSD&interval=1m&limit=1")
        || bench.upstream.targets.contains { $0.hasPrefix("/candles?") })
    await bench.stop()
  }

  @Test func openInterestAndFundingAreAnswered() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    bench.upstream.answer("/open-interest", body: #"{"time":1800000000000,"quantity":"5.50"}"#)
    bench.upstream.answer("/funding", body: #"{"time":1800000000000,"rate":"0.0001","next":1800003600000}"#)
    bench.upstream.answer(
      "/funding/history", body: #"[{"time":1800000000000,"rate":"0.0001"},{"time":1800003600000,"rate":"0.00020"}]"#)
    #expect(
      try await bench.web.get("/toy/oi/BETAUSD").text
        == #"{"exchange":"toy","symbol":"BETAUSD","timestamp":"2027-01-15T08:00:00Z","open_interest":55.00,"open_interest_value":null}"#
    )
    #expect(
      try await bench.web.get("/toy/funding/ALPHAUSD").text
        == #"{"exchange":"toy","symbol":"ALPHAUSD","timestamp":"2027-01-15T08:00:00Z","funding_rate":0.0001,"funding_time":"2027-01-15T09:00:00Z","interval_hours":1}"#
    )
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
    let bench = try ToyGateway()
    try await bench.loaded()
    let answer = try await bench.web.get(target)
    #expect(answer.status == status)
    #expect(answer.text.contains("\"code\":\"\(code)\",\"retryable\":false}"))
    await bench.stop()
  }
}
