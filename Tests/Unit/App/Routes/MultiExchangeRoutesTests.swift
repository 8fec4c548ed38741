import Contract
import Model
import Net
import Support
import Testing
import Wire

@testable import App

/// The same question to two exchanges.
@Suite(.timeLimit(.minutes(1))) struct MultiExchangeRoutesTests {
  private static let funding = #"{"time":1800000000000,"rate":"0.0001","next":1800003600000}"#
  private static let row =
    #""exchange":"toy","symbol":"ALPHAUSD","timestamp":"2027-01-15T08:00:00Z","funding_rate":0.0001,"#
    + #""funding_time":"2027-01-15T09:00:00Z","interval_hours":1}"#

  @Test func allAnswersStandUnderTheirExchange() async throws {
    let pair = try ToyPair()
    try await pair.loaded()
    pair.toy.answer("/funding", body: Self.funding)
    pair.other.answer("/funding", body: Self.funding.replacing("0.0001", with: "-0.00020"))
    let answer = try await pair.web.get("/multi/funding/alphausd")
    #expect(answer.status == 200)
    let second = Self.row.replacing("toy", with: "second").replacing("0.0001", with: "-0.00020")
    #expect(answer.text == "{\"toy\":{\(Self.row),\"second\":{\(second)}")
    #expect(answer.header("x-partial") == nil)
    // Within the two seconds that each of them holds nobody is asked again.
    let calls = pair.toy.targets.count + pair.other.targets.count
    #expect(try await pair.web.get("/multi/funding/alphausd").text == answer.text)
    #expect(pair.toy.targets.count + pair.other.targets.count == calls)
    #expect(answer.header("cache-control") == "max-age=1" || answer.header("cache-control") == "max-age=2")
    await pair.stop()
  }

  @Test func oneThatFailsIsNamedAndHasNothing() async throws {
    let pair = try ToyPair()
    try await pair.loaded()
    pair.toy.answer("/funding", body: Self.funding)
    pair.other.answer("/funding", status: .badRequest, body: "{}")
    let funding = try await pair.web.get("/multi/funding/ALPHAUSD")
    #expect(funding.status == 200)
    #expect(funding.text == "{\"toy\":{\(Self.row),\"second\":null}")
    #expect(funding.header("x-partial") == "second=upstream_error")
    #expect(funding.header("cache-control") == "no-cache")
    pair.other.answer("/candles", body: ToyGateway.candleRow)
    let candles = try await pair.web.get("/multi/ohlc/ALPHAUSD/1m?limit=1")
    #expect(candles.text.hasPrefix(#"{"toy":[],"second":[{"exchange":"second","symbol":"ALPHAUSD""#))
    #expect(candles.header("x-partial") == "toy=unknown_symbol")
    await pair.stop()
  }

  @Test func oneThatStallsDoesNotHoldTheOthersBeyondTheTimeout() async throws {
    let pair = try ToyPair(settings: ["REQUEST_TIMEOUT": "1"])
    try await pair.loaded()
    let never = Inbox<Void>()
    pair.toy.answer("/open-interest", body: #"{"time":1800000000000,"quantity":"5.50"}"#)
    pair.other.answer("/open-interest") { _ in
      .later {
        try? await never.next()
        return HTTPResponse(.ok)
      }
    }
    let start = EventLoop.monotonicMilliseconds
    let answer = try await pair.web.get("/multi/oi/ALPHAUSD")
    let took = EventLoop.monotonicMilliseconds - start
    // Not the ten seconds that are usual.
    #expect((900..<5000).contains(took))
    #expect(answer.text.contains(#""open_interest":5.50"#) && answer.text.hasSuffix(#","second":null}"#))
    #expect(answer.header("x-partial") == "second=upstream_timeout")
    never.add(())
    await pair.stop()
  }

  @Test func whenAllFailItIsAnErrorThatSaysWhatEachSaid() async throws {
    let pair = try ToyPair()
    try await pair.loaded()
    pair.toy.answer("/funding", status: .badRequest, body: "{}")
    pair.other.answer("/funding", status: .tooManyRequests, headers: [("Retry-After", "33")], body: "{}")
    let answer = try await pair.web.get("/multi/funding/ALPHAUSD")
    #expect(answer.status == 503)
    #expect(answer.header("retry-after") == "33")
    #expect(answer.text.contains("toy: ") && answer.text.contains("second: "))
    #expect(answer.text.hasSuffix(#""code":"upstream_limited","retryable":true}"#))
    let unknown = try await pair.web.get("/multi/oi/NOPE")
    #expect(unknown.status == 404 || unknown.status == 503)
    await pair.stop()
  }

  @Test func onlyExchangesThatCanAreAskedAndAnIntervalOneLacksIsItsOwnFault() async throws {
    let pair = try ToyPair {
      $0.declaration.capabilities.features.remove(.openInterest)
      $0.declaration.capabilities.intervals = [.oneMinute]
    }
    try await pair.loaded()
    pair.toy.answer("/open-interest", body: #"{"time":1800000000000,"quantity":"5"}"#)
    let openInterest = try await pair.web.get("/multi/oi/ALPHAUSD")
    #expect(openInterest.text.hasPrefix(#"{"toy":{"#) && !openInterest.text.contains("second"))
    pair.toy.answer("/candles", body: ToyGateway.candleRow)
    let candles = try await pair.web.get("/multi/ohlc/ALPHAUSD/1h?limit=1")
    #expect(candles.header("x-partial") == "second=invalid_parameter")
    let none = try await pair.web.get("/multi/ohlc/ALPHAUSD/7m")
    #expect(none.status == 422 && none.text.contains("Input should be one of 1m, 5m, 1h"))
    #expect(try await pair.web.get("/multi/ohlc/ALPHAUSD/1m?limit=1001").status == 422)
    await pair.stop()
  }
}
