import Net
import Testing
import Wire

@testable import App

@Suite struct RecordedRESTTests {
  private struct House {
    let rest: RecordedREST
    let statistics = Lock(RecordedStatistics())
    let faults = RecordedFaults { _ in }

    init() throws {
      // Ten thousand hours of virtual time a second would leave the minute: this clock stands still for the test.
      let clock = RecordedClock(startMilliseconds: RecordingFixture.now, startNanoseconds: 0, speed: 0)
      rest = RecordedREST(
        try RecordingFixture.bundled.get(), clock: clock, faults: faults.state, statistics: statistics)
    }

    func get(_ target: String) throws -> HTTPResponse {
      guard case .response(let response) = rest.answer(try #require(HTTPRequest(.get, target))) else {
        throw RecordingError(target, "is not answered at once")
      }
      return response
    }

    func text(_ response: HTTPResponse) -> String {
      if case .bytes(let bytes) = response.body { bytes.recordedText } else { "" }
    }
  }

  @Test func anAnswerHasItsTypeAndTheUseSoFar() throws {
    let house = try House()
    let first = try house.get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500")
    #expect(first.status == .ok)
    #expect(first.headers["Content-Type"] == "application/json;charset=UTF-8")
    #expect(first.headers["x-mbx-used-weight-1m"] == "10")
    #expect(try house.get("/fapi/v1/time").headers["x-mbx-used-weight-1m"] == "11")
    #expect(house.statistics.withLock { $0.requests } == ["/fapi/v1/klines": 1, "/fapi/v1/time": 1])
  }

  @Test func beyondTheBudgetTheAnswerIsARefusal() throws {
    let house = try House()
    for _ in 0..<60 { _ = try house.get("/fapi/v1/ticker/24hr") }
    let refused = try house.get("/fapi/v1/time")
    #expect(refused.status == .tooManyRequests)
    #expect(try JSONValue(parsing: house.text(refused))["code"]?.integer == -1003)
    // The instant is 23.456 s into its minute.
    #expect(refused.headers["Retry-After"] == "37")
  }

  @Test func parametersAreDecoded() throws {
    let house = try House()
    #expect(try house.get("/fapi/v1/ticker/price?symbol=%42TCUSDT").status == .ok)
    #expect(try house.get("/fapi/v1/ticker/price?symbol=NO").status == .badRequest)
    #expect(try house.get("/elsewhere").status == .notFound)
  }

  @Test func aTruncatedAnswerIsItsFirstHalf() throws {
    let house = try House()
    house.faults.truncate()
    #expect(house.text(try house.get("/fapi/v1/time")) == #"{"serverTime":"#)
    #expect(house.text(try house.get("/fapi/v1/time")) == #"{"serverTime":1795601843456}"#)
  }

  @Test func anUndecodableAnswerClaimsACompressionItLacks() throws {
    let house = try House()
    house.faults.garbleEncoding()
    let response = try house.get("/fapi/v1/ping")
    #expect(response.headers["Content-Encoding"] == "gzip")
    #expect(house.text(response) == "{}")
  }

  @Test func aGivenAnswerStandsInForTheRightOne() throws {
    let house = try House()
    house.faults.answerREST(status: 418, headers: [("Retry-After", "9")], body: #"{"code":-1003}"#)
    let response = try house.get("/fapi/v1/time")
    #expect(response.status.code == 418)
    #expect(response.headers["Retry-After"] == "9")
    #expect(house.text(response) == #"{"code":-1003}"#)
  }

  @Test func silenceIsAnAnswerThatNeverComes() throws {
    let house = try House()
    house.faults.hang()
    guard case .later = house.rest.answer(try #require(HTTPRequest(.get, "/fapi/v1/time"))) else {
      Issue.record("answered at once")
      return
    }
  }
}
