import Testing
import Wire

@Suite struct RequestLineTests {
  @Test(arguments: ["GET", "HEAD", "POST", "DELETE", "get", "FROBNICATE", "M-SEARCH!#$", "PATCH"])
  func anyTokenIsAMethodAndItsCaseCounts(method: String) throws {
    let request = try RequestFeed.request("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(request.method == HTTPMethod(method))
  }

  @Test(arguments: ["G@T", "G(T", "\"GET\"", "G\u{7F}T", "Ünit", "G\0T"])
  func aMethodThatIsNoTokenIsRefused(method: String) {
    #expect(RequestFeed.refusal("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n") == 400)
  }

  /// RFC 9112 §3: one space on each side of the target.
  @Test(arguments: [
    "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET\t/\tHTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET / x HTTP/1.1",
    "GET HTTP/1.1", "GET /", "GET", "Host: x",
  ])
  func otherWhitespaceIsRefused(line: String) {
    #expect(RequestFeed.refusal("\(line)\r\nHost: a\r\n\r\n") == 400)
  }

  @Test func version10IsTold() throws {
    #expect(try RequestFeed.request("GET / HTTP/1.0\r\n\r\n").isHTTP10)
  }

  /// RFC 9110 §2.5: a higher minor version is read as the highest that is known.
  @Test(arguments: ["HTTP/1.1", "HTTP/1.2", "HTTP/1.9"])
  func ahigherMinorVersionIsReadAs11(version: String) throws {
    #expect(try !RequestFeed.request("GET / \(version)\r\nHost: a\r\n\r\n").isHTTP10)
  }

  @Test(arguments: ["HTTP/2.0", "HTTP/0.9", "HTTP/9.9", "HTTP/3.0"])
  func anotherMajorVersionIsNotSupported(version: String) {
    #expect(RequestFeed.refusal("GET / \(version)\r\nHost: a\r\n\r\n") == 505)
  }

  @Test func thePrefaceOfHTTP2IsNotSupported() {
    #expect(RequestFeed.refusal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505)
  }

  @Test(arguments: [
    "http/1.1", "HTTP/1", "HTTP/1.10", "HTTP/11", "HTTP/1.1x", "HTTX/1.1", "HTTP/1,1", "HTTP/x.1", "HTTP/1.x", "",
  ])
  func aMalformedVersionIsRefused(version: String) {
    #expect(RequestFeed.refusal("GET / \(version)\r\nHost: a\r\n\r\n") == 400)
  }
}
