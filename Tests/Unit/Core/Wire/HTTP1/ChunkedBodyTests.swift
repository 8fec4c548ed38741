import Testing
import Wire

/// RFC 9112 §7.1, by way of the request parser.
@Suite struct ChunkedBodyTests {
  // MARK: §7.1 chunked coding

  @Test(arguments: [
    ("5\r\nhello\r\n0\r\n\r\n", "hello"), ("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello"),
    ("A\r\n0123456789\r\nb\r\nabcdefghijk\r\n0\r\n\r\n", "0123456789abcdefghijk"),
    ("0005\r\nhello\r\n000\r\n\r\n", "hello"), ("0\r\n\r\n", ""), ("4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"),
    ("0000000000000005\r\nhello\r\n0\r\n\r\n", "hello"),
  ])
  func chunksAreJoinedAndTheNextRequestFollows(body: String, content: String) {
    let requests = RequestFeed.requests(RequestFeed.chunked(body) + RequestFeed.get())
    #expect(requests.map(\.body) == [[UInt8](content.utf8), []])
  }

  @Test(arguments: [
    "g", "0x5", "-5", "+5", "0_5", "", " 5", "5 ", "5\t", "10000000000000005", "00000000000000005", ";a=b", "5 a=b",
    "5\0",
    "5h",
  ])
  func aMalformedSizeIsRefused(size: String) {
    #expect(RequestFeed.refusal(RequestFeed.chunked("\(size)\r\nhello\r\n0\r\n\r\n")) == 400)
  }

  @Test(arguments: ["5\nhello\r\n0\r\n\r\n", "5\rhello\r\n0\r\n\r\n", "5;a\nX\r\nhello\r\n", "5;a\rX\r\nhello\r\n"])
  func aBareLineEndBehindASizeIsRefused(body: String) {
    #expect(RequestFeed.refusal(RequestFeed.chunked(body)) == 400)
  }

  @Test(arguments: [
    "5\r\nhelloXX0\r\n\r\n", "5\r\nhello!\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n",
  ])
  func dataWithoutItsCRLFIsRefused(body: String) {
    #expect(RequestFeed.refusal(RequestFeed.chunked(body)) == 400)
  }

  @Test func aSizeBeyondTheBodyLimitIsRefusedBeforeItsData() {
    var limits = HTTPLimits()
    limits.bodyBytes = 6
    #expect(RequestFeed.requests(RequestFeed.chunked("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"), limits: limits).count == 1)
    #expect(RequestFeed.refusal(RequestFeed.chunked("7\r\n"), limits: limits) == 413)
    #expect(RequestFeed.refusal(RequestFeed.chunked("3\r\nabc\r\n4\r\n"), limits: limits) == 413)
    #expect(RequestFeed.refusal(RequestFeed.chunked("FFFFFFFFFFFFFFFF\r\n"), limits: limits) == 413)
    #expect(RequestFeed.refusal(RequestFeed.chunked("10001\r\n")) == 413)
  }

  // MARK: §7.1.1 chunk extensions

  @Test(arguments: ["5;a=b;c", "5;a=\"b c\"", "5 ;a=b", "5\t; a = b", "5;caf\u{E9}"])
  func extensionsAreIgnored(line: String) throws {
    #expect(
      try RequestFeed.request(RequestFeed.chunked("\(line)\r\nhello\r\n0;z\r\n\r\n")).body == [UInt8]("hello".utf8))
  }

  @Test func aControlByteInAnExtensionIsRefused() {
    #expect(RequestFeed.refusal(RequestFeed.chunked("5;a=\0\r\nhello\r\n0\r\n\r\n")) == 400)
  }

  @Test func theExtensionsOfAllChunksTogetherAreBounded() {
    var limits = HTTPLimits()
    limits.chunkExtensionBytes = 8
    let passing = RequestFeed.chunked("1;abc\r\nx\r\n1;abc\r\ny\r\n0\r\n\r\n")
    #expect(RequestFeed.requests(passing, limits: limits).count == 1)
    #expect(RequestFeed.refusal(RequestFeed.chunked("1;abc\r\nx\r\n1;abcd\r\ny\r\n0\r\n\r\n"), limits: limits) == 400)
    let endless = RequestFeed.chunked("1;" + String(repeating: "a", count: 40))
    #expect(RequestFeed.refusal(endless, limits: limits) == 400)
  }

  @Test func theExtensionLimitIs4KiB() {
    let bytes = [UInt8](RequestFeed.chunked("5;" + String(repeating: "a", count: 5000)).utf8)
    #expect(RequestFeed.refusal(bytes, cutEvery: 1000) == 400)
  }

  // MARK: §7.1.2 trailer section

  @Test func trailersAreReadAndDropped() {
    let body = "5\r\nhello\r\n0\r\nX-T: v\r\nContent-Length: 100\r\nTransfer-Encoding: gzip\r\nHost: evil\r\n\r\n"
    let requests = RequestFeed.requests(RequestFeed.chunked(body) + RequestFeed.get())
    #expect(requests.count == 2)
    #expect(requests.first?.headers.fields.map(\.name) == ["Host", "Transfer-Encoding"])
    #expect(requests.first?.headers["Host"] == "a")
  }

  @Test(arguments: ["broken", "X : y", "X: a\0", " X: y", "GET / HTTP/1.1"]) func aMalformedTrailerIsRefused(
    line: String
  ) {
    #expect(RequestFeed.refusal(RequestFeed.chunked("0\r\n\(line)\r\n\r\n")) == 400)
  }

  @Test func trailersAreBoundedLikeFields() {
    var limits = HTTPLimits()
    limits.headerFields = 2
    #expect(RequestFeed.requests(RequestFeed.chunked("0\r\nX: 1\r\nX: 2\r\n\r\n"), limits: limits).count == 1)
    #expect(RequestFeed.refusal(RequestFeed.chunked("0\r\nX: 1\r\nX: 2\r\nX: 3\r\n\r\n"), limits: limits) == 431)
    limits.headerFields = 100
    limits.headerBytes = 40
    let long = String(repeating: "a", count: 40)
    #expect(RequestFeed.refusal(RequestFeed.chunked("0\r\nX: \(long)\r\n\r\n"), limits: limits) == 431)
  }
}
