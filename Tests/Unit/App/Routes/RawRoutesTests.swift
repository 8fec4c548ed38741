import Contract
import Support
import Testing
import Wire

@testable import App

/// The exchange's own JSON, passed on.
@Suite(.timeLimit(.minutes(1))) struct RawRoutesTests {
  private static var exchange: ToyExchange {
    var exchange = ToyExchange()
    exchange.declaration.rawRoutes = [
      RawRoute(
        path: "/bars/{symbol}/{interval}", summary: "", upstreamPath: "/raw/bars",
        parameters: [
          .init(name: "symbol", rule: .symbol), .init(name: "interval", rule: .interval),
          .init(name: "limit", rule: .integer(1...10, default: 5)),
          .init(name: "startTime", rule: .integer(0...100, default: nil)),
          .init(name: "endTime", rule: .integer(0...100, default: nil)),
        ], weight: { _ in 1 })
    ]
    return exchange
  }

  @Test func theBodyIsPassedOnByteForByte() async throws {
    let bench = try ToyGateway(Self.exchange)
    try await bench.loaded()
    let body = "[ 1.0 , {\"a\" : \"0.10\"}\n]"
    bench.upstream.answer("/raw/bars", body: body)
    let answer = try await bench.web.get("/toy/bars/alphausd/1m?startTime=7")
    #expect(answer.status == 200)
    #expect(answer.text == body)
    #expect(answer.header("content-type") == "application/json")
    #expect(bench.upstream.targets.last == "/raw/bars?symbol=ALPHAUSD&interval=1m&limit=5&startTime=7")
    await bench.stop()
  }

  @Test func anAnswerIsServedAgainForAsLongAsItsRouteDeclares() async throws {
    var exchange = Self.exchange
    exchange.declaration.rawRoutes[0].freshnessMilliseconds = 60_000
    let bench = try ToyGateway(exchange)
    try await bench.loaded()
    bench.upstream.answer("/raw/bars", body: "[1]")
    for symbol in ["ALPHAUSD", "alphausd"] {
      let answer = try await bench.web.get("/toy/bars/\(symbol)/1m")
      #expect(answer.text == "[1]" && answer.header("cache-control") == "max-age=60")
    }
    #expect(bench.upstream.targets.count { $0.hasPrefix("/raw/bars") } == 1)
    _ = try await bench.web.get("/toy/bars/ALPHAUSD/5m")
    #expect(bench.upstream.targets.count { $0.hasPrefix("/raw/bars") } == 2)
    await bench.stop()
  }

  @Test(arguments: [
    ("/toy/bars/ALPHAUSD/7m", 422), ("/toy/bars/ALPHAUSD/1m?limit=11", 422), ("/toy/bars/ALPHAUSD/1m?limit=x", 422),
    ("/toy/bars/ALPHAUSD/1m?startTime=9&endTime=8", 422), ("/toy/bars/NOPE/1m", 404), ("/nowhere/bars/A/1m", 404),
  ])
  func parametersAreCheckedBeforeTheExchangeIsAsked(target: String, status: Int) async throws {
    let bench = try ToyGateway(Self.exchange)
    try await bench.loaded()
    let answer = try await bench.web.get(target)
    #expect(answer.status == status)
    #expect(!bench.upstream.targets.contains { $0.hasPrefix("/raw") })
    await bench.stop()
  }

  @Test(arguments: ["[1,2", "[1]x", #"{"a":}"#, "[", ""])
  func aBodyThatIsNoWholeJSONIsNotPassedOn(body: String) async throws {
    let bench = try ToyGateway(Self.exchange)
    try await bench.loaded()
    bench.upstream.answer("/raw/bars", body: body)
    let answer = try await bench.web.get("/toy/bars/ALPHAUSD/1m")
    #expect(answer.status == 502)
    #expect(answer.text.contains(#""code":"upstream_error""#))
    await bench.stop()
  }

  @Test func anErrorOfTheExchangeIsAnErrorHere() async throws {
    let bench = try ToyGateway(Self.exchange)
    try await bench.loaded()
    bench.upstream.answer("/raw/bars", status: .forbidden, body: "{}")
    let answer = try await bench.web.get("/toy/bars/ALPHAUSD/1m")
    #expect(answer.status == 502)
    #expect(answer.text.contains(#""code":"upstream_blocked","retryable":false"#))
    await bench.stop()
  }

  @Test func aPathThatSeveralExchangesDeclareIsDocumentedWithTheParametersOfAll() async throws {
    let pair = try ToyPair {
      $0.declaration.rawRoutes = [
        RawRoute(
          path: "/bars/{symbol}/{interval}", summary: "", upstreamPath: "/raw/bars",
          parameters: [.init(name: "symbol", rule: .symbol), .init(name: "offset", rule: .integer(0...9, default: 0))],
          weight: { _ in 1 })
      ]
    } first: {
      $0.declaration.rawRoutes = Self.exchange.declaration.rawRoutes
    }
    let document = try await pair.web.get("/openapi.json").text
    let path = try #require(document.split(separator: #""/toy/bars/{symbol}/{interval}":"#).dropFirst().first)
    let operation = path.prefix { $0 != "\n" }.prefix(4000)
    for name in ["limit", "startTime", "offset"] { #expect(operation.contains(#""name":"\#(name)""#)) }
    await pair.stop()
  }
}
