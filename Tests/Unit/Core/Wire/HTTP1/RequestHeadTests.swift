import Testing
import Wire

@Suite struct RequestHeadTests {
  // MARK: RFC 9112 §3.2 Host

  @Test func aRequestWithoutHostIsRefusedIn11Only() throws {
    #expect(RequestFeed.refusal("GET / HTTP/1.1\r\n\r\n") == 400)
    #expect(try RequestFeed.request("GET / HTTP/1.0\r\n\r\n").headers["Host"] == nil)
  }

  @Test(arguments: ["a", "evil.example"]) func twoHostsAreRefusedEvenWhenEqual(second: String) {
    #expect(RequestFeed.refusal(RequestFeed.get("Host: \(second)\r\n")) == 400)
    #expect(RequestFeed.refusal("GET / HTTP/1.0\r\nHost: a\r\nhost: \(second)\r\n\r\n") == 400)
  }

  @Test(arguments: [
    "a b", "a/b", "u@127.0.0.1", "127.0.0.1:x1", "a.example, b.example", "[::1", "[x]", "a:1:2", "a\0b",
  ])
  func aMalformedHostIsRefused(host: String) {
    #expect(RequestFeed.refusal("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == 400)
  }

  @Test(arguments: ["", "127.0.0.1", "LocalHost:8000", "[::1]:8080", "a.example:", "xn--bcher-kva.example"])
  func aWellFormedHostPasses(host: String) throws {
    #expect(try RequestFeed.request("GET / HTTP/1.1\r\nhOsT: \(host)\r\n\r\n").headers["Host"] == host)
  }

  // MARK: RFC 9110 §10.1.1 Expect

  @Test(arguments: ["100-continue", "100-Continue", "100-continue, 100-continue"])
  func aClientThatWaitsIsToldToGoOnOnce(value: String) {
    let events = RequestFeed.events(RequestFeed.post("Content-Length: 5\r\nExpect: \(value)\r\n", "hello"))
    #expect(events.count == 2)
    #expect(events.first == .expectsContinue)
  }

  @Test func aChunkedBodyIsWaitedForToo() {
    let text = RequestFeed.post("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n", "0\r\n\r\n")
    #expect(RequestFeed.events(text).first == .expectsContinue)
    #expect(RequestFeed.events(text + text).filter { $0 == .expectsContinue }.count == 2)
  }

  @Test func withoutABodyThereIsNothingToWaitFor() {
    #expect(RequestFeed.events(RequestFeed.get("Expect: 100-continue\r\n")).count == 1)
    #expect(RequestFeed.events(RequestFeed.post("Content-Length: 0\r\nExpect: 100-continue\r\n")).count == 1)
  }

  @Test func inHTTP10TheExpectationIsIgnored() {
    let events = RequestFeed.events("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx")
    #expect(events.count == 1)
    #expect(RequestFeed.events("GET / HTTP/1.0\r\nExpect: frob\r\n\r\n").count == 1)
  }

  @Test(arguments: ["frob", "100-continue, frob", "100-continue=1"]) func anotherExpectationFails(value: String) {
    #expect(RequestFeed.refusal(RequestFeed.post("Content-Length: 1\r\nExpect: \(value)\r\n", "x")) == 417)
  }
}
