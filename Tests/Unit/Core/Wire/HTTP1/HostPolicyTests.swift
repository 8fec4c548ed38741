import Testing
import Wire

@Suite struct HostPolicyTests {
  private let policy = HostPolicy(allowedHosts: ["localhost", "127.0.0.1:8000", "::1", "Gate.Example", "bad host"])

  @Test(arguments: ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:9", "[::1]", "[::1]:8000", "gate.example:"])
  func aListedHostIsAllowedWithAnyPort(host: String) throws {
    #expect(policy.allows(try request(host)))
  }

  @Test(arguments: ["evil.example", "localhost.evil.example", "", "a", "[::2]", "bad host", "localhost."])
  func anotherHostIsNot(host: String) throws {
    #expect(!policy.allows(try request(host)))
  }

  @Test func onlyHTTP10MayHaveNoHost() throws {
    #expect(policy.allows(try #require(HTTPRequest(.get, "/", isHTTP10: true))))
    #expect(!policy.allows(try #require(HTTPRequest(.get, "/"))))
  }

  @Test func theStarAllowsAll() throws {
    #expect(HostPolicy(allowedHosts: ["a", "*"]).allows(try request("evil.example")))
  }

  /// RFC 9112 §3.2.3: the target of CONNECT is another server.
  @Test func connectIsLeftToTheRouter() throws {
    let text = "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"
    #expect(policy.allows(try RequestFeed.request(text)))
  }

  private func request(_ host: String) throws -> HTTPRequest {
    try #require(HTTPRequest(.get, "/", headers: HTTPHeaders([("Host", host)])))
  }
}
