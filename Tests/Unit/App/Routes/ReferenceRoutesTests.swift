import Contract
import Exchanges
import Net
import Support
import Testing
import Wire

@testable import App

/// The JSON of services beside the exchanges, passed on by the whole gateway.
@Suite(.timeLimit(.minutes(1))) struct ReferenceRoutesTests {
  private static let key = "k-27182818"
  /// As the service documents it, with blanks and zeros that a second encoding would lose.
  private static let body = #"{ "data":[{"id":"605e2ce9d41eae1066535f7c","avg_price_change":0.50, "num_tokens":3}]}"#

  private static func play(
    key: String? = ReferenceRoutesTests.key, _ work: (ToyGateway, ToyUpstream) async throws -> Void
  ) async throws {
    let service = try ToyUpstream()
    var settings = ["COINMARKETCAP_BASE_URL": service.httpAddress]
    if let key { settings["COINMARKETCAP_API_KEY"] = key }
    let bench = try ToyGateway(settings: settings)
    try await work(bench, service)
    await bench.stop()
    await service.stop()
  }

  @Test(arguments: [
    ("/coinmarketcap/categories", "/v1/cryptocurrency/categories?start=1&limit=100"),
    ("/coinmarketcap/categories?limit=5000&start=2", "/v1/cryptocurrency/categories?start=2&limit=5000"),
    (
      "/coinmarketcap/category?id=605e2ce9d41eae1066535f7c",
      "/v1/cryptocurrency/category?id=605e2ce9d41eae1066535f7c&start=1&limit=100"
    ),
    (
      "/coinmarketcap/category?id=a%26b%3Dc&start=101&limit=1000",
      "/v1/cryptocurrency/category?id=a%26b%3Dc&start=101&limit=1000"
    ),
  ])
  func theServicesJSONIsPassedOnByteForByte(target: String, upstream: String) async throws {
    try await Self.play { bench, service in
      for path in ["categories", "category"] { service.answer("/v1/cryptocurrency/\(path)", body: Self.body) }
      let answer = try await bench.web.get(target)
      #expect(answer.status == 200)
      #expect(answer.text == Self.body)
      #expect(answer.header("content-type") == "application/json")
      #expect(service.targets == [upstream])
    }
  }

  private static let refused: [(String, String, String)] = [
    ("categories?start=0", "greater_than_equal", "start"), ("categories?start=x", "int_parsing", "start"),
    ("categories?limit=5001", "less_than_equal", "limit"), ("categories?limit=0", "greater_than_equal", "limit"),
    ("category?id=a&limit=1001", "less_than_equal", "limit"), ("category", "missing", "id"),
    ("category?id=", "missing", "id"), ("category?id=" + String(repeating: "a", count: 65), "string_too_long", "id"),
  ]

  @Test(arguments: refused)
  func parametersAreCheckedBeforeTheServiceIsAsked(target: String, type: String, name: String) async throws {
    try await Self.play { bench, service in
      let answer = try await bench.web.get("/coinmarketcap/" + target)
      #expect(answer.status == 422)
      #expect(answer.text.contains(#"{"type":"\#(type)","loc":["query","\#(name)"]"#))
      #expect(service.targets.isEmpty)
    }
  }

  @Test func withoutAKeyTheRoutesAreNotOffered() async throws {
    try await Self.play(key: nil) { bench, service in
      for path in ["categories", "category?id=a"] {
        let answer = try await bench.web.get("/coinmarketcap/" + path)
        #expect(answer.status == 404)
        #expect(
          answer.text
            == #"{"detail":"coinmarketcap needs a key: COINMARKETCAP_API_KEY is not set","code":"unsupported","retryable":false}"#
        )
      }
      #expect(service.targets.isEmpty)
    }
  }

  @Test(arguments: [
    (401, "{}", 502, "upstream_error"), (403, "{}", 502, "upstream_blocked"), (400, "{}", 502, "upstream_error"),
    (500, "{}", 502, "upstream_error"), (200, "<html>wait</html>", 502, "upstream_error"),
    (429, "{}", 503, "upstream_limited"),
  ])
  func itsErrorsAreErrorsHereAndNeverShowTheKey(
    status: Int, body: String, ours: Int, code: String
  ) async throws {
    try await Self.play { bench, service in
      service.answer(
        "/v1/cryptocurrency/categories", status: HTTPStatus(status), headers: [("Retry-After", "17")],
        body: body.replacing("{}", with: "{\"status\":{\"error_message\":\"\(Self.key)\"}}"))
      let answer = try await bench.web.get("/coinmarketcap/categories")
      #expect(answer.status == ours)
      #expect(answer.text.contains(#""code":"\#(code)""#))
      #expect(!answer.text.contains(Self.key))
      if status == 429 { #expect(answer.header("retry-after") == "17") }
    }
  }

  @Test func aServiceThatIsGoneIsUnavailable() async throws {
    try await Self.play { bench, service in
      await service.stop()
      let answer = try await bench.web.get("/coinmarketcap/categories")
      #expect(answer.status == 503)
      #expect(answer.text.contains(#""code":"upstream_unavailable""#))
      #expect(answer.header("retry-after") != nil)
    }
  }
}
