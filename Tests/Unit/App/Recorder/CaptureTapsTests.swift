import Contract
import Model
import Net
import Support
import Testing

@testable import App

@Suite struct CaptureTapsTests {
  private struct Bench {
    let place = TemporaryFolder()
    let loop = EventLoop(name: "recorder")
    let folder: LoopBound<CaptureFolder>
    let taps: CaptureReplies

    init() throws {
      folder = LoopBound(
        try CaptureFolder(place.path, exchanges: ["toy"], limits: CaptureLimits(), time: .epoch), loop: loop)
      taps = CaptureReplies(
        exchange: "toy", address: "http://h:1/x", usedWeightHeader: "x-used", folder: folder)
    }

    /// The lines of the index after the first.
    func lines() async -> [String] {
      loop.post { [folder] in folder.value.flush() }
      await loop.settled()
      return Array(place.lines("index.jsonl").dropFirst())
    }
  }

  @Test func aReplyIsWrittenWithTheHeadersWorthKeeping() async throws {
    let bench = try Bench()
    var request = HTTPClientRequest(url: "http://h:1/x/a?b=1")
    request.method = "POST"
    request.headers = [("X-Secret", "s")]
    request.body = Array("{\"c\":1}".utf8)
    let response = HTTPClientResponse(
      status: 200,
      headers: [("server", "s"), ("date", "d"), ("x-used", "7"), ("content-type", "t"), ("retry-after", "1")],
      body: [1], sentMicroseconds: 4)
    bench.taps.finished(request, .success(response), receiveMicroseconds: 5)
    #expect(
      await bench.lines() == [
        #"{"kind":"reply","exchange":"toy","file":"toy/reply-1.body","method":"POST","target":"/a?b=1","#
          + #""request":"{\"c\":1}","received":5,"sent":4,"status":200,"bytes":1,"#
          + #""headers":{"date":"d","x-used":"7","content-type":"t","retry-after":"1"}}"#
      ])
    #expect(bench.place.bytes("toy/reply-1.body") == [1])
    bench.loop.shutdown()
  }

  @Test func aTransferThatFailedIsWrittenByItsKind() async throws {
    let bench = try Bench()
    bench.taps.finished(
      HTTPClientRequest(url: "http://h:1/x/a"), .failure(HTTPClientError(.tls, "http://h:1/x/a: bad")),
      receiveMicroseconds: 5)
    #expect(
      await bench.lines() == [
        #"{"kind":"failure","exchange":"toy","method":"GET","target":"/a","received":5,"error":"tls"}"#
      ])
    bench.loop.shutdown()
  }
}
