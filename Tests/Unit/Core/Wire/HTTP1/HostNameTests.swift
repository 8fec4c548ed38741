import Testing

@testable import Wire

@Suite struct HostNameTests {
  @Test(arguments: [
    ("LocalHost", "localhost", nil), ("a.example:8080", "a.example", "8080"), ("a:", "a", ""), ("", "", nil),
    ("127.0.0.1:1", "127.0.0.1", "1"), ("[::1]", "[::1]", nil), ("[2001:DB8::1]:80", "[2001:db8::1]", "80"),
    ("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", nil), ("a%20b", "a%20b", nil),
    ("a_b~c!$&'()*+,;=", "a_b~c!$&'()*+,;=", nil),
    (":80", "", "80"),
  ])
  func hostAndPortAreToldApart(text: String, host: String, port: String?) throws {
    let name = try #require(HostName(text.utf8))
    #expect(name.host == host)
    #expect(name.port == port)
  }

  @Test(arguments: [
    "a b", "a/b", "u@a", "a:b", "a:1:2", "[::1", "[::1]x", "[]", "[:]", "[g::]", "[v1.a]", "[::1%25eth0]", "a%2",
    "a%zz", "a?b",
    "a#b", "a\\b", "é", "a\0", "\"a\"", "::1",
  ])
  func whatIsNoHostIsNone(text: String) {
    #expect(HostName(text.utf8) == nil)
  }

  @Test func aSettingMayLeaveOutTheBrackets() {
    #expect(HostName(setting: "::1")?.host == "[::1]")
    #expect(HostName(setting: "[::1]:80")?.host == "[::1]")
    #expect(HostName(setting: "Host.Example:80")?.host == "host.example")
  }
}
