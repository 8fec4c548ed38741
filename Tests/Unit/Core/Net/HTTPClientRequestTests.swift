import Testing

@testable import Net

@Suite struct HTTPClientRequestTests {
  @Test(arguments: [
    ("https://api.example/v1?key=secret", "https://api.example/v1"),
    ("https://api.example/v1#part", "https://api.example/v1"),
    ("https://api.example?key=secret", "https://api.example"),
    ("https://user:pass@api.example/v1?x", "https://api.example/v1"),
    ("https://user:p@ss@api.example/a@b", "https://api.example/a@b"),
    ("http://[::1]:8080/", "http://[::1]:8080/"),
    ("nonsense", "nonsense"),
    ("", ""),
  ])
  func theLoggableURLCarriesNoCredentials(url: String, expected: String) {
    #expect(HTTPClientRequest(url: url).loggableURL == expected)
  }

  @Test(arguments: ["http://a", "https://a.example/path?query=%20", "HTTPS://a/", "http://[::1]:1/"])
  func httpAndHTTPSAreSent(url: String) {
    #expect(HTTPClientRequest(url: url).fault == nil)
  }

  @Test(arguments: ["ftp://a/", "file:///etc/passwd", "a.example/", "http:/a", "://a", "", "http://a b/", "http://ä/"])
  func everyOtherURLIsRefused(url: String) {
    #expect(HTTPClientRequest(url: url).fault != nil)
  }

  @Test func onlyGETAndPOSTAreSent() {
    #expect(HTTPClientRequest(method: "GET", url: "http://a/").fault == nil)
    #expect(HTTPClientRequest(method: "POST", url: "http://a/", body: [1]).fault == nil)
    #expect(HTTPClientRequest(method: "POST", url: "http://a/").fault == nil)
    #expect(HTTPClientRequest(method: "GET", url: "http://a/", body: [1]).fault != nil)
    #expect(HTTPClientRequest(method: "get", url: "http://a/").fault != nil)
    #expect(HTTPClientRequest(method: "DELETE", url: "http://a/").fault != nil)
  }

  @Test(arguments: [("X-Key", "a\r\nHost: evil"), ("X-Key", "a\0"), ("X Key", "a"), ("", "a"), ("X:", "a"), ("Ä", "a")])
  func headersThatWouldStartOthersAreRefused(name: String, value: String) {
    #expect(HTTPClientRequest(url: "http://a/", headers: [(name, value)]).fault != nil)
  }

  @Test func headersMayHoldTabsAndNonASCII() {
    #expect(HTTPClientRequest(url: "http://a/", headers: [("x-Key_1", "a\tä"), ("x", "")]).fault == nil)
  }

  @Test func aDeadlineIsPositive() {
    #expect(HTTPClientRequest(url: "http://a/", timeoutMilliseconds: 0).fault != nil)
    #expect(HTTPClientRequest(url: "http://a/", timeoutMilliseconds: -1).fault != nil)
  }
}
