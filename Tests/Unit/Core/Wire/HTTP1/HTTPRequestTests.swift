import Testing
import Wire

@Suite struct HTTPRequestTests {
  @Test func aTargetIsCutIntoPathAndQuery() throws {
    let request = try #require(HTTPRequest(.get, "/a%20b?c=d%20e", headers: HTTPHeaders([("Host", "h")])))
    #expect(request.path == "/a%20b")
    #expect(request.target == "/a%20b?c=d%20e")
    #expect(request.query["c"] == "d e")
    #expect(request.headers["host"] == "h")
    #expect(HTTPRequest(.get, "/a")?.query == HTTPQuery())
    #expect(HTTPRequest(.get, "/a?%") == nil)
  }

  /// RFC 9112 §9.3.
  @Test(arguments: [
    (nil, false, true), ("close", false, false), ("ClOsE", false, false), ("foo, close", false, false),
    ("keep-alive", false, true), ("upgrade", false, true),
    (nil, true, false), ("keep-alive", true, true), ("Keep-Alive", true, true), ("keep-alive, close", true, false),
  ])
  func connectionsPersistByVersionAndOption(connection: String?, isHTTP10: Bool, keepsAlive: Bool) throws {
    var request = try #require(HTTPRequest(.get, "/", isHTTP10: isHTTP10))
    request.headers["Connection"] = connection
    #expect(request.keepsAlive == keepsAlive)
  }

  @Test func closeWinsOverKeepAliveOnAnotherLine() throws {
    let headers = HTTPHeaders([("Connection", "keep-alive"), ("Connection", "close")])
    #expect(try !#require(HTTPRequest(.get, "/", headers: headers)).keepsAlive)
  }
}
