import Testing

@testable import Wire

@Suite struct WebOriginTests {
  @Test(arguments: [
    ("http://a.example", "http", "a.example", "80"), ("https://A.Example", "https", "a.example", "443"),
    ("HTTP://localhost:3000", "http", "localhost", "3000"), ("http://[::1]:80", "http", "[::1]", "80"),
    ("http://a:", "http", "a", "80"), ("wss://a", "wss", "a", "443"),
    ("chrome-extension://abc", "chrome-extension", "abc", "80"),
  ])
  func theSchemesOwnPortIsSpelledOut(text: String, scheme: String, host: String, port: String) throws {
    let origin = try #require(WebOrigin(text))
    #expect(origin.scheme == scheme)
    #expect(origin.host == host)
    #expect(origin.port == port)
  }

  @Test(arguments: [
    "null", "", "a.example", "http://", "http:///", "://a", "http:a", "http://a/", "http://a/b", "http://u@a",
    "http://a:x", "http://a http://b",
  ])
  func whatIsNoOriginIsNone(text: String) {
    #expect(WebOrigin(text) == nil)
  }

  @Test func aSettingMayEndInASlash() {
    #expect(WebOrigin(setting: "http://a:80/") == WebOrigin("http://a"))
    #expect(WebOrigin(setting: "http://a//") == nil)
  }

  @Test(arguments: [
    ("http://a", "a", true), ("http://a", "A:80", true), ("https://a", "a:443", true), ("https://a", "a", true),
    ("http://a:8000", "a:8000", true), ("http://a:8000", "a", false), ("http://a", "a:8000", false),
    ("http://b", "a", false), ("https://a", "a:80", false), ("http://a", "a b", false), ("http://a", "", false),
  ])
  func samenessIsOfHostAndPort(origin: String, host: String, isSame: Bool) throws {
    #expect(try #require(WebOrigin(origin)).isSame(asHost: host) == isSame)
  }

  @Test func aListHasWhatItNames() {
    let list = OriginList(["http://localhost:3000", "https://A.example/", "null", "nonsense"])
    #expect(!list.allowsAll)
    #expect(list.contains("http://localhost:3000"))
    #expect(list.contains("https://a.example"))
    #expect(!list.contains("http://a.example"))
    #expect(!list.contains("null") && !list.contains("nonsense"))
    #expect(OriginList(["*"]).contains("null"))
    #expect(!OriginList([]).contains("http://a"))
  }
}
