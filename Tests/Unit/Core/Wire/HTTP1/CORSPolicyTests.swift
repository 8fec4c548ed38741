import Testing
import Wire

/// The expected answers were read from the reference gateway; where it was silent, from the Fetch standard.
@Suite struct CORSPolicyTests {
  private let policy = CORSPolicy(allowedOrigins: ["http://localhost:3000", "http://localhost:5173"])
  private let open = CORSPolicy(allowedOrigins: ["*"])

  // MARK: preflight

  @Test func aPreflightIsAnOptionsWithOriginAndRequestedMethod() throws {
    #expect(CORSPolicy.isPreflight(try preflightRequest("http://a", "GET")))
    #expect(!CORSPolicy.isPreflight(try request(.options, [("Origin", "http://a")])))
    #expect(!CORSPolicy.isPreflight(try request(.options, [("Access-Control-Request-Method", "GET")])))
    #expect(!CORSPolicy.isPreflight(try request(.get, [("Origin", "a"), ("Access-Control-Request-Method", "GET")])))
  }

  @Test func anAllowedPreflightSaysWhatMayFollow() throws {
    let headers = [("Access-Control-Request-Headers", "X-One, x-two")]
    let response = policy.preflight(try preflightRequest("http://localhost:5173", "GET", headers))
    #expect(response.status == .ok)
    #expect(response.headers["Access-Control-Allow-Origin"] == "http://localhost:5173")
    #expect(response.headers["Access-Control-Allow-Credentials"] == "true")
    #expect(response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS")
    #expect(response.headers["Access-Control-Allow-Headers"] == "X-One, x-two")
    #expect(response.headers["Access-Control-Max-Age"] == "600")
    #expect(response.headers["Vary"] == "Origin")
    #expect(body(response) == "OK")
  }

  @Test func withoutRequestedHeadersNoneAreAllowed() throws {
    let response = policy.preflight(try preflightRequest("http://localhost:3000", "HEAD"))
    #expect(response.status == .ok)
    #expect(!response.headers.contains("Access-Control-Allow-Headers"))
  }

  @Test(arguments: ["http://evil.example", "null", "http://localhost:3001", "https://localhost:3000"])
  func aForeignPreflightIsRefused(origin: String) throws {
    let response = policy.preflight(try preflightRequest(origin, "GET"))
    #expect(response.status == .badRequest)
    #expect(body(response) == "Disallowed CORS origin")
    #expect(!response.headers.contains("Access-Control-Allow-Origin"))
    #expect(!response.headers.contains("Access-Control-Allow-Credentials"))
    #expect(response.headers["Vary"] == "Origin")
  }

  @Test func anotherMethodIsRefused() throws {
    #expect(body(policy.preflight(try preflightRequest("http://localhost:3000", "DELETE"))) == "Disallowed CORS method")
    let both = policy.preflight(try preflightRequest("http://evil.example", "get"))
    #expect(both.status == .badRequest)
    #expect(body(both) == "Disallowed CORS origin, method")
  }

  @Test func theStarNeverComesWithCredentials() throws {
    let answer = open.preflight(try preflightRequest("http://any.example", "GET"))
    #expect(answer.status == .ok)
    #expect(answer.headers["Access-Control-Allow-Origin"] == "*")
    #expect(!answer.headers.contains("Access-Control-Allow-Credentials"))
    let response = decorated(open, try request(.get, [("Origin", "http://any.example")]))
    #expect(response.headers["Access-Control-Allow-Origin"] == "*")
    #expect(!response.headers.contains("Access-Control-Allow-Credentials"))
    #expect(!response.headers.contains("Vary"))
  }

  // MARK: simple requests

  @Test func anAllowedPageMayReadTheAnswerAndOurFields() throws {
    let response = decorated(policy, try request(.get, [("Origin", "http://localhost:3000")]))
    #expect(response.headers["Access-Control-Allow-Origin"] == "http://localhost:3000")
    #expect(response.headers["Access-Control-Allow-Credentials"] == "true")
    #expect(response.headers["Vary"] == "Origin")
    let exposed = response.headers.listElements("Access-Control-Expose-Headers")
    #expect(
      exposed == [
        "X-Partial", "X-Coverage", "X-Request-Id", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining",
        "RateLimit-Reset", "RateLimit-Policy", "Age",
      ])
  }

  @Test func aForeignPageAndNoPageGetTheAnswerWithVaryAlone() throws {
    let two = [("Origin", "http://localhost:3000"), ("Origin", "http://localhost:3000")]
    for fields in [[], [("Origin", "http://evil.example")], [("Origin", "null")], two] {
      let response = decorated(policy, try request(.get, fields))
      #expect(response.headers == HTTPHeaders([("Vary", "Origin")]))
    }
  }

  @Test func varyIsAddedOnceToWhatIsThere() throws {
    var response = HTTPResponse(.ok, headers: HTTPHeaders([("Vary", "Accept-Encoding")]))
    policy.decorate(&response, for: try request(.get, []))
    policy.decorate(&response, for: try request(.get, []))
    #expect(response.headers.values("Vary") == ["Accept-Encoding", "Origin"])
  }

  private func decorated(_ policy: CORSPolicy, _ request: HTTPRequest) -> HTTPResponse {
    var response = HTTPResponse(.ok)
    policy.decorate(&response, for: request)
    return response
  }

  private func preflightRequest(
    _ origin: String, _ method: String, _ fields: [(String, String)] = []
  ) throws -> HTTPRequest {
    try request(.options, [("Origin", origin), ("Access-Control-Request-Method", method)] + fields)
  }

  private func request(_ method: HTTPMethod, _ fields: [(String, String)]) throws -> HTTPRequest {
    try #require(HTTPRequest(method, "/health", headers: HTTPHeaders([("Host", "a")] + fields)))
  }

  private func body(_ response: HTTPResponse) -> String? {
    guard case .bytes(let bytes) = response.body else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
