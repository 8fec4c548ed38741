import Testing
import Wire

/// RFC 6455 §10.2.
@Suite struct OriginPolicyTests {
  private let policy = OriginPolicy(allowedOrigins: ["http://localhost:3000"])

  @Test func withoutOriginItIsNoBrowser() throws {
    #expect(policy.allows(try request([])))
  }

  @Test func ourOwnPagesAreAllowed() throws {
    #expect(policy.allows(try request([("Host", "gate.example:8000"), ("Origin", "http://gate.example:8000")])))
    #expect(policy.allows(try request([("Host", "gate.example"), ("Origin", "https://gate.example")])))
    #expect(!policy.allows(try request([("Host", "gate.example:8000"), ("Origin", "http://gate.example:8001")])))
  }

  @Test func listedOriginsAreAllowedAndNoOthers() throws {
    #expect(policy.allows(try request([("Host", "a"), ("Origin", "http://localhost:3000")])))
    for origin in [
      "http://localhost:3001", "https://localhost:3000", "http://evil.example", "null", "",
      "http://localhost:3000.evil.example",
    ] {
      #expect(!policy.allows(try request([("Host", "a"), ("Origin", origin)])))
    }
  }

  @Test func twoOriginsAreForeign() throws {
    let origins = [("Host", "a"), ("Origin", "http://localhost:3000"), ("Origin", "http://localhost:3000")]
    #expect(!policy.allows(try request(origins)))
  }

  @Test func withoutHostNothingIsOurOwn() throws {
    #expect(!policy.allows(try request([("Origin", "http://a")])))
  }

  @Test func theStarAllowsAll() throws {
    let open = OriginPolicy(allowedOrigins: ["*"])
    #expect(open.allows(try request([("Host", "a"), ("Origin", "http://evil.example")])))
    #expect(open.allows(try request([("Host", "a"), ("Origin", "null")])))
  }

  private func request(_ fields: [(String, String)]) throws -> HTTPRequest {
    try #require(HTTPRequest(.get, "/ws", headers: HTTPHeaders(fields)))
  }
}
