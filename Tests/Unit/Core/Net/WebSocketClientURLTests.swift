import Testing

@testable import Net

@Suite struct WebSocketClientURLTests {
  @Test(arguments: [
    ("ws://a.example", "a.example", UInt16(80), "/", "a.example"),
    ("wss://a.example", "a.example", 443, "/", "a.example"),
    ("WSS://A.example/ws?x=1", "A.example", 443, "/ws?x=1", "A.example"),
    ("ws://a.example:443/", "a.example", 443, "/", "a.example:443"),
    ("wss://a.example:443/", "a.example", 443, "/", "a.example"),
    ("wss://a_b-c.example:9443/ws/btcusdt@trade", "a_b-c.example", 9443, "/ws/btcusdt@trade", "a_b-c.example:9443"),
    ("ws://127.0.0.1:8080?stream", "127.0.0.1", 8080, "/?stream", "127.0.0.1:8080"),
    ("ws://[::1]:8080/x", "::1", 8080, "/x", "[::1]:8080"),
    ("wss://[2001:db8::1]", "2001:db8::1", 443, "/", "[2001:db8::1]"),
  ])
  func partsAreFound(text: String, host: String, port: UInt16, target: String, hostHeader: String) throws {
    let url = try #require(WebSocketClientURL(parsing: text))
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.target == target)
    #expect(url.hostHeader == hostHeader)
    #expect(url.isSecure == text.lowercased().hasPrefix("wss"))
  }

  @Test func theAuthorityAlwaysNamesThePort() throws {
    #expect(try #require(WebSocketClientURL(parsing: "wss://a")).authority == "a:443")
    #expect(try #require(WebSocketClientURL(parsing: "ws://[::1]")).authority == "[::1]:80")
  }

  @Test func addressesAreTold() throws {
    #expect(try #require(WebSocketClientURL(parsing: "wss://a.example")).hostKind == .name)
    #expect(try #require(WebSocketClientURL(parsing: "wss://1.2.3.4")).hostKind == .ipv4)
    #expect(try #require(WebSocketClientURL(parsing: "wss://[::1]")).hostKind == .ipv6)
    #expect(try #require(WebSocketClientURL(parsing: "wss://1.2.3.4.5")).hostKind == .name)
  }

  @Test(arguments: [
    "", "ws", "ws:", "ws:/a", "ws://", "ws:///x", "http://a", "https://a", "//a", "wsx://a", "ws://a#f", "ws://a/#",
    "ws://user@a", "ws://user:pass@a/", "ws://a:", "ws://a:0", "ws://a:65536", "ws://a:99999999999999999999",
    "ws://a:+80", "ws://a:-1", "ws://a:8o", "ws://a:80:80", "ws://a b", "ws://a/b c", "ws://ä", "ws://a/ä", "ws://a\n",
    "ws://a/\r\nX: y", "ws://::1", "ws://[::1", "ws://[::1]x", "ws://[]", "ws://[a]", "ws://[1.2.3.4]", "ws://[::1]:",
    "ws://a%41", "ws://a,b", "ws://a\\b",
  ])
  func whatIsNoSuchURLIsRefused(text: String) {
    #expect(WebSocketClientURL(parsing: text) == nil)
  }

  @Test func aHostNameIsBounded() {
    #expect(WebSocketClientURL(parsing: "ws://" + String(repeating: "a", count: 253)) != nil)
    #expect(WebSocketClientURL(parsing: "ws://" + String(repeating: "a", count: 254)) == nil)
  }
}
