import Testing
import Wire

/// RFC 9112 §5 and RFC 9110 §5, by way of the request parser.
@Suite struct FieldSectionTests {
  // MARK: RFC 9112 §5.1 field line parsing

  @Test func blanksAroundAValueAreNoPartOfIt() throws {
    let request = try RequestFeed.request(RequestFeed.get("X-A:\r\nX-B: \t v\tw \t\r\nX-C:x\r\nX-D: a : b\r\n"))
    #expect(request.headers["X-A"] == "")
    #expect(request.headers["X-B"] == "v\tw")
    #expect(request.headers["X-C"] == "x")
    #expect(request.headers["X-D"] == "a : b")
  }

  @Test(arguments: ["X-A : b", "X-A\t: b", "Host : a", "Content-Length : 0", "Transfer-Encoding : chunked"])
  func whitespaceBeforeTheColonIsRefused(line: String) {
    #expect(RequestFeed.refusal(RequestFeed.get(line + "\r\n")) == 400)
  }

  @Test(arguments: [
    "JustText", ": v", "X(a: v", "X[]: v", "X@a: v", "X/a: v", "X\"a: v", "X\u{E9}: v", "X\0a: v", "X\u{1}a: v",
    "X a: v",
  ])
  func aNameThatIsNoTokenIsRefused(line: String) {
    #expect(RequestFeed.refusal(RequestFeed.get(line + "\r\n")) == 400)
  }

  // MARK: §5.2 obsolete line folding

  @Test(arguments: ["X-A: b\r\n c\r\n", "X-A: b\r\n\tc\r\n", "Transfer-Encoding:\r\n chunked\r\n", "X-A: b\r\n \r\n"])
  func aFoldedLineIsRefused(fields: String) {
    #expect(RequestFeed.refusal(RequestFeed.get(fields)) == 400)
  }

  // MARK: RFC 9110 §5.5 field values

  @Test func everyControlByteInAValueIsRefused() {
    for byte in (UInt8(0)...0x1F).filter({ $0 != 0x09 }) + [0x7F] {
      let bytes = [UInt8]("GET / HTTP/1.1\r\nHost: a\r\nX: a".utf8) + [byte] + [UInt8]("b\r\n\r\n".utf8)
      #expect(RequestFeed.refusal(bytes, cutEvery: 9) == 400, "byte \(byte)")
    }
  }

  @Test func bytesAboveASCIIAreTextWhenTheyAreUTF8() throws {
    #expect(try RequestFeed.request(RequestFeed.get("X-A: café 😀\r\n")).headers["X-A"] == "café 😀")
    let bytes = [UInt8]("GET / HTTP/1.1\r\nHost: a\r\nX: caf".utf8) + [0xE9] + [UInt8]("\r\n\r\n".utf8)
    guard case .request(let request)? = RequestFeed.events(bytes).first else {
      Issue.record("obs-text was refused")
      return
    }
    #expect(request.headers["X"] == "caf\u{FFFD}")
  }

  // MARK: limits (RFC 6585 §5)

  @Test func aHeaderSectionAtTheLimitPasses() {
    var limits = HTTPLimits()
    limits.headerBytes = "Host: a\r\nX: 123\r\n".utf8.count
    #expect(RequestFeed.requests(RequestFeed.get("X: 123\r\n"), limits: limits).count == 1)
    #expect(RequestFeed.refusal(RequestFeed.get("X: 1234\r\n"), limits: limits) == 431)
    #expect(RequestFeed.refusal(RequestFeed.get("X: 123\r\nY:\r\n"), limits: limits) == 431)
    #expect(RequestFeed.refusal(RequestFeed.get("X: never-ends").dropLast(2).description, limits: limits) == 431)
  }

  @Test func asManyFieldsAsTheLimitPass() {
    var limits = HTTPLimits()
    limits.headerFields = 3
    #expect(RequestFeed.requests(RequestFeed.get("X: 1\r\nX: 2\r\n"), limits: limits).count == 1)
    #expect(RequestFeed.refusal(RequestFeed.get("X: 1\r\nX: 2\r\nX: 3\r\n"), limits: limits) == 431)
  }

  @Test func theLimitsAre16KiBAnd100Fields() {
    let longest = "X: " + String(repeating: "a", count: 16_384 - "Host: a\r\nX: \r\n".utf8.count)
    #expect(RequestFeed.isAccepted(RequestFeed.get(longest + "\r\n"), cutEvery: 4000))
    #expect(RequestFeed.refusal([UInt8](RequestFeed.get(longest + "a\r\n").utf8), cutEvery: 4000) == 431)
    let fields = (1..<100).map { "X-\($0): v\r\n" }.joined()
    #expect(RequestFeed.isAccepted(RequestFeed.get(fields), cutEvery: 300))
    #expect(RequestFeed.refusal([UInt8](RequestFeed.get(fields + "Y: v\r\n").utf8), cutEvery: 300) == 431)
  }
}
