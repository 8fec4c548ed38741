import Net
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTapTests {
  private struct Tap: HTTPClientTap {
    let inbox: Inbox<String>

    func finished(
      _ request: HTTPClientRequest, _ outcome: Result<HTTPClientResponse, HTTPClientError>, receiveMicroseconds: Int64
    ) {
      switch outcome {
      case .success(let response):
        let isLater = receiveMicroseconds >= response.sentMicroseconds
        inbox.add("\(request.url.suffix(2)) \(response.status) \(response.body) \(isLater)")
      case .failure(let error): inbox.add("\(request.url.suffix(2)) \(error.kind)")
      }
    }
  }

  @Test func everyRequestThatWasSentIsSeenWithItsEnd() async throws {
    let upstream = try ToyUpstream()
    upstream.answer("/a", status: HTTPStatus(201), body: "x")
    let loop = EventLoop(name: "tap")
    let inbox = Inbox<String>()
    var options = HTTPClientOptions(proxy: "")
    options.tap = Tap(inbox: inbox)
    let http = HTTPClient(loop: loop, options: options)
    _ = try await http.send(HTTPClientRequest(url: upstream.httpAddress + "/a"))
    #expect(try await inbox.next() == "/a 201 [120] true")
    _ = try? await http.send(HTTPClientRequest(url: "ftp://nowhere/b"))
    await upstream.stop()
    _ = try? await http.send(HTTPClientRequest(url: upstream.httpAddress + "/c"))
    #expect(try await inbox.next() == "/c connect")
    await http.shutdown()
    loop.shutdown()
  }
}
