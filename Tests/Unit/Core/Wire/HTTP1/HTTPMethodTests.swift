import Testing
import Wire

@Suite struct HTTPMethodTests {
  /// RFC 9110 §9.1: the token is case-sensitive.
  @Test func caseCounts() {
    #expect(HTTPMethod("GET") == .get)
    #expect(HTTPMethod("get") != .get)
    #expect(HTTPMethod("get").description == "get")
  }

  @Test func theMethodsOfTheRFCsAreKnownAndNoOthers() {
    let names = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"]
    #expect(HTTPMethod.registered.map(\.name) == names)
    #expect(names.allSatisfy { HTTPMethod($0).isKnown })
    #expect(!HTTPMethod("get").isKnown)
    #expect(!HTTPMethod("FROBNICATE").isKnown)
  }
}
