import Testing
import Wire

/// In the order of RFC 9112's chapters; what one source file decides is tested beside it.
@Suite struct HTTPRequestParserTests {
  // MARK: §2.1 Message format

  @Test func aRequestHasMethodTargetVersionFieldsAndBody() throws {
    let request = try RequestFeed.request(
      "POST /echo?x=1&y=a%20b HTTP/1.1\r\nHost: a:80\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 5\r\n\r\nhello")
    #expect(request.method == .post)
    #expect(request.target == "/echo?x=1&y=a%20b")
    #expect(request.path == "/echo")
    #expect(request.query["y"] == "a b")
    #expect(!request.isHTTP10)
    #expect(request.headers.fields.map(\.name) == ["Host", "X-One", "x-one", "Content-Length"])
    #expect(request.headers.values("X-ONE") == ["1", "2"])
    #expect(request.body == [UInt8]("hello".utf8))
  }

  @Test func nothingComesOfAnIncompleteRequest() {
    let whole = [UInt8](RequestFeed.post("Content-Length: 5\r\n", "hello").utf8)
    for end in whole.indices {
      #expect(RequestFeed.events([UInt8](whole[..<end]), cutEvery: 16).isEmpty)
    }
  }

  // MARK: §2.2 Message parsing

  @Test(arguments: 1...4) func emptyLinesBeforeARequestAreIgnored(count: Int) {
    let text = String(repeating: "\r\n", count: count) + RequestFeed.get()
    #expect(RequestFeed.requests(text).count == 1)
  }

  @Test func emptyLinesAreCountedAnewForEachRequest() {
    let text = String(repeating: "\r\n\r\n\r\n\r\n" + RequestFeed.get(), count: 3)
    #expect(RequestFeed.requests(text).count == 3)
  }

  @Test func moreEmptyLinesThanTheLimitAreRefused() {
    #expect(RequestFeed.refusal(String(repeating: "\r\n", count: 5) + RequestFeed.get()) == 400)
  }

  @Test(arguments: [
    "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "\nGET / HTTP/1.1\r\n", "\r\r\n",
    "GET / HTTP/1.1\rHost: a\r\r", "GET /\rX: y HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\rb\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\rX", "GET / HTTP/1.1\n\rHost: a\n\r\n\r",
  ])
  func aBareCROrLFIsRefused(text: String) {
    #expect(RequestFeed.refusal(text) == 400)
  }

  @Test func whitespaceBeforeTheFirstFieldIsRefused() {
    #expect(RequestFeed.refusal("GET / HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n") == 400)
  }

  @Test func bytesThatBeginNoRequestAreRefusedBeforeTheirLineEnds() {
    #expect(RequestFeed.refusal([0x16, 0x03, 0x01]) == 400)
    #expect(RequestFeed.refusal(" GET") == 400)
    #expect(RequestFeed.refusal([UInt8](0...255)) == 400)
  }

  // MARK: §3 Request line length

  @Test func aRequestLineAtTheLimitPasses() {
    var limits = HTTPLimits()
    limits.requestLineBytes = "GET /aaaa HTTP/1.1".utf8.count
    #expect(RequestFeed.requests(RequestFeed.get(target: "/aaaa"), limits: limits).count == 1)
    #expect(RequestFeed.refusal(RequestFeed.get(target: "/aaaaa"), limits: limits) == 414)
  }

  @Test func theRequestLineLimitIs8KiB() {
    let longest = String(repeating: "a", count: 8192 - "GET / HTTP/1.1".utf8.count)
    #expect(RequestFeed.isAccepted(RequestFeed.get(target: "/" + longest), cutEvery: 2000))
    let refused = [UInt8](RequestFeed.get(target: "/a" + longest).utf8)
    #expect(RequestFeed.refusal(refused, cutEvery: 2000) == 414)
    #expect(RequestFeed.refusal([UInt8](repeating: UInt8(ascii: "A"), count: 20_000), cutEvery: 5000) == 414)
  }

  // MARK: §6 Message body

  @Test func aBodyOfTheGivenLengthIsReadAndTheNextRequestFollows() {
    let text = RequestFeed.post("Content-Length: 5\r\n", "hello") + RequestFeed.get(target: "/next")
    let requests = RequestFeed.requests(text)
    #expect(requests.map(\.body) == [[UInt8]("hello".utf8), []])
    #expect(requests.map(\.path) == ["/", "/next"])
  }

  @Test func aGETMayHaveABody() {
    let text = RequestFeed.get("Content-Length: 2\r\n") + "hi" + RequestFeed.get()
    #expect(RequestFeed.requests(text).map(\.body) == [[UInt8]("hi".utf8), []])
  }

  @Test func theBodyLimitIs64KiB() throws {
    let longest = String(repeating: "x", count: 65_536)
    let bytes = [UInt8](RequestFeed.post("Content-Length: 65536\r\n", longest).utf8)
    guard case .request(let request)? = RequestFeed.events(bytes, cutEvery: 20_000).first else {
      Issue.record("the longest body was refused")
      return
    }
    #expect(request.body.count == 65_536)
  }

  @Test func aLongerBodyIsRefusedAtItsHead() {
    #expect(RequestFeed.refusal(RequestFeed.post("Content-Length: 65537\r\n")) == 413)
  }

  @Test func aRefusalComesBeforeTheInvitationToSend() {
    let text = RequestFeed.post("Content-Length: 65537\r\nExpect: 100-continue\r\n")
    #expect(RequestFeed.events(text).count == 1)
    #expect(RequestFeed.refusal(text) == 413)
  }

  // MARK: §9.3 Persistence and pipelining

  @Test func pipelinedRequestsComeInOrderAndOneAtATime() {
    let text = (0..<12).map { RequestFeed.get(target: "/\($0)") }.joined()
    #expect(RequestFeed.requests(text).map(\.path) == (0..<12).map { "/\($0)" })
    var parser = HTTPRequestParser()
    feed(&parser, text)
    guard case .request = parser.next() else {
      Issue.record("no request")
      return
    }
    #expect(parser.bufferedBytes == text.utf8.count - RequestFeed.get(target: "/0").utf8.count)
  }

  // MARK: §9.6 Tear-down

  @Test func nothingIsReadBehindAFault() {
    var parser = HTTPRequestParser()
    feed(&parser, "BROKEN\r\n\r\n" + RequestFeed.get())
    let fault = parser.next()
    guard case .failure = fault else {
      Issue.record("no fault")
      return
    }
    feed(&parser, RequestFeed.get())
    #expect(parser.next() == fault)
    #expect(parser.bufferedBytes == 0)
    #expect(!parser.isBetweenRequests)
    #expect(!parser.isInBody)
  }

  // MARK: what the server asks for its deadlines and upgrades

  @Test func theParserKnowsWhichPartOfARequestItWaitsFor() {
    var parser = HTTPRequestParser()
    #expect(parser.isBetweenRequests && !parser.isInBody)
    feed(&parser, "\r\n")
    #expect(parser.next() == .needMore)
    #expect(parser.isBetweenRequests)
    feed(&parser, "POST / HTTP/1.1\r\n")
    #expect(parser.next() == .needMore)
    #expect(!parser.isBetweenRequests && !parser.isInBody)
    feed(&parser, "Host: a\r\nContent-Length: 2\r\n\r\nx")
    #expect(parser.next() == .needMore)
    #expect(!parser.isBetweenRequests && parser.isInBody)
    feed(&parser, "y")
    #expect(!parser.isBetweenRequests)
    _ = parser.next()
    #expect(parser.isBetweenRequests && !parser.isInBody)
  }

  @Test func aChunkedBodyIsABodyToo() {
    var parser = HTTPRequestParser()
    feed(&parser, RequestFeed.chunked("5\r\nhel"))
    #expect(parser.next() == .needMore)
    #expect(parser.isInBody)
  }

  @Test func theBytesBehindAnUpgradeAreLeftForTheNewProtocol() {
    var parser = HTTPRequestParser()
    feed(&parser, RequestFeed.get("Connection: Upgrade\r\nUpgrade: websocket\r\n") + "frames")
    guard case .request = parser.next() else {
      Issue.record("no request")
      return
    }
    #expect(parser.takeRemainder() == [UInt8]("frames".utf8))
    #expect(parser.takeRemainder().isEmpty)
    #expect(parser.next() == .needMore)
  }

  private func feed(_ parser: inout HTTPRequestParser, _ text: String) {
    [UInt8](text.utf8).withUnsafeBytes { parser.append($0) }
  }
}
