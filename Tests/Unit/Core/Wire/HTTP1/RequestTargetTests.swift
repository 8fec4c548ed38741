import Testing
import Wire

@Suite struct RequestTargetTests {
  // MARK: RFC 9112 §3.2.1 origin-form

  @Test func theQueryBeginsAtTheFirstQuestionMark() throws {
    let request = try RequestFeed.request(RequestFeed.get(target: "/a/b?c=d?e&f"))
    #expect(request.path == "/a/b")
    #expect(request.query == HTTPQuery(parsing: "c=d?e&f"))
  }

  @Test func thePathIsNotDecoded() throws {
    #expect(try RequestFeed.request(RequestFeed.get(target: "/a%2Fb%zz")).path == "/a%2Fb%zz")
  }

  /// Browsers send bytes that RFC 3986 leaves out.
  @Test func everyVisibleByteButTheFragmentSignPasses() throws {
    let visible = String(
      decoding: (UInt8(0x21)...0x7E).filter { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "%") }, as: UTF8.self)
    #expect(try RequestFeed.request(RequestFeed.get(target: "/" + visible)).target == "/" + visible)
  }

  @Test(arguments: ["/#frag", "/\u{0}", "/\u{1}", "/\u{7F}", "/é", "foo", "?a=b", "/?a=\u{FF}"])
  func otherBytesAndRelativeTargetsAreRefused(target: String) {
    #expect(RequestFeed.refusal(RequestFeed.get(target: target)) == 400)
  }

  @Test func aByteThatIsNotASCIIIsRefused() {
    let bytes = [UInt8]("GET /?a=".utf8) + [0xFF, 0xFE] + [UInt8](" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    #expect(RequestFeed.refusal(bytes) == 400)
  }

  @Test(arguments: ["/?a=%", "/?a=%2", "/?a=%zz", "/?a=%00", "/?%ff=1"])
  func aMalformedQueryIsRefused(target: String) {
    #expect(RequestFeed.refusal(RequestFeed.get(target: target)) == 400)
  }

  // MARK: §3.2.2 absolute-form

  @Test(arguments: [
    ("http://b.example/p?q=1", "/p", "b.example"), ("HTTP://b.example:81/p?q=1", "/p", "b.example:81"),
    ("https://[::1]:81/p?q=1", "/p", "[::1]:81"), ("http://b?q=1", "/", "b"),
  ])
  func anAbsoluteTargetsAuthorityCountsInPlaceOfHost(target: String, path: String, host: String) throws {
    let request = try RequestFeed.request(RequestFeed.get("X: y\r\n", target: target))
    #expect(request.target == target)
    #expect(request.path == path)
    #expect(request.query["q"] == "1")
    #expect(request.headers.fields.map(\.name) == ["Host", "X"])
    #expect(request.headers["Host"] == host)
  }

  @Test func anAbsoluteTargetWithoutPathIsTheRoot() throws {
    #expect(try RequestFeed.request(RequestFeed.get(target: "http://b")).path == "/")
  }

  @Test func anAbsoluteTargetStillNeedsAHost() {
    #expect(RequestFeed.refusal("GET http://b/ HTTP/1.1\r\n\r\n") == 400)
  }

  @Test func inHTTP10AnAbsoluteTargetBringsTheHost() throws {
    #expect(try RequestFeed.request("GET http://b/ HTTP/1.0\r\n\r\n").headers["Host"] == "b")
  }

  @Test(arguments: ["http:///p", "http://", "http://u@b/", "http://b:x/", "ftp://b/", "http:/b", "urn:x", "http://?q"])
  func amalformedAbsoluteTargetIsRefused(target: String) {
    #expect(RequestFeed.refusal(RequestFeed.get(target: target)) == 400)
  }

  // MARK: §3.2.3 authority-form

  @Test func connectNamesAHostAndAPort() throws {
    let request = try RequestFeed.request("CONNECT b.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n")
    #expect(request.method == .connect)
    #expect(request.target == "b.example:443")
    #expect(request.path.isEmpty)
  }

  @Test(arguments: ["/", "b.example", "b.example:", ":443", "http://b:443/", "*", "b:443/x"])
  func connectWithAnotherFormIsRefused(target: String) {
    #expect(RequestFeed.refusal("CONNECT \(target) HTTP/1.1\r\nHost: a\r\n\r\n") == 400)
  }

  @Test func theAuthorityFormIsForConnectOnly() {
    #expect(RequestFeed.refusal(RequestFeed.get(target: "b.example:443")) == 400)
  }

  // MARK: §3.2.4 asterisk-form

  @Test func theAsteriskIsForOptionsOnly() throws {
    let request = try RequestFeed.request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(request.path == "*")
    #expect(RequestFeed.refusal(RequestFeed.get(target: "*")) == 400)
    #expect(RequestFeed.refusal("OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n") == 400)
  }
}
