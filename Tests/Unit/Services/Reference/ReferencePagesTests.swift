import Contract
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import Services

@Suite(.timeLimit(.minutes(1))) struct ReferencePagesTests {
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "reference")
    let http: HTTPClient
    let pages: ReferencePages
    let clock = ManualClock()

    init() throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop, options: HTTPClientOptions(proxy: ""))
      let client = ReferenceClient(
        SecretService.declaration, key: Redacted("k"), address: upstream.httpAddress, http: http, clock: clock)
      pages = ReferencePages(client, freshMilliseconds: 60_000, clock: clock)
    }

    func text(_ target: String = "/a") async throws(ExchangeError) -> String {
      String(
        decoding: try await pages.body(
          of: UpstreamRequest(target: target, weight: 1), deadline: clock.monotonicMilliseconds + 10_000),
        as: UTF8.self)
    }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func aPageIsAskedForAgainOnlyWhenItsMinuteIsOver() async throws {
    let bench = try Bench()
    bench.upstream.answer("/a", body: "[1]")
    #expect(try await bench.text() == "[1]")
    bench.upstream.answer("/a", body: "[2]")
    bench.clock.advance(milliseconds: 59_999)
    #expect(try await bench.text() == "[1]")
    bench.clock.advance(milliseconds: 1)
    #expect(try await bench.text() == "[2]")
    #expect(bench.upstream.targets == ["/a", "/a"])
    await bench.stop()
  }

  @Test func allWhoAskAtOnceShareOneRequest() async throws {
    let bench = try Bench()
    let gate = Inbox<Void>()
    bench.upstream.answer("/a") { _ in
      .later {
        try? await gate.next(); return HTTPResponse(.ok, body: .bytes(Array("[1]".utf8)))
      }
    }
    async let texts = withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await bench.text() } }
      return try await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(await bench.loop.eventually { !bench.upstream.targets.isEmpty })
    gate.add(())
    #expect(try await texts == Array(repeating: "[1]", count: 20))
    #expect(bench.upstream.targets.count == 1)
    await bench.stop()
  }

  @Test func aFailureIsNotKept() async throws {
    let bench = try Bench()
    bench.upstream.answer("/a", status: .unauthorized, body: "{}")
    await #expect(throws: ExchangeError.self) { try await bench.text() }
    bench.upstream.answer("/a", body: "[1]")
    #expect(try await bench.text() == "[1]")
    await bench.stop()
  }

  @Test func noMorePagesAreKeptThanTheLimit() async throws {
    let bench = try Bench()
    for number in 0...ReferencePages.maxPages {
      bench.upstream.answer("/\(number)", body: "[\(number)]")
      #expect(try await bench.text("/\(number)") == "[\(number)]")
      bench.clock.advance(milliseconds: 1)
    }
    #expect(await bench.pages.kept.pages == ReferencePages.maxPages)
    // The oldest one gave way.
    let asked = bench.upstream.targets.count
    _ = try await bench.text("/1")
    #expect(bench.upstream.targets.count == asked)
    _ = try await bench.text("/0")
    #expect(bench.upstream.targets.count == asked + 1)
    await bench.stop()
  }

  @Test func noMoreBytesAreKeptThanTheLimit() async throws {
    let bench = try Bench()
    // Not `String(repeating:)`, which appends one by one.
    let body = "\"" + String(decoding: [UInt8](repeating: UInt8(ascii: "x"), count: 12 << 20), as: UTF8.self) + "\""
    for number in 0..<3 {
      bench.upstream.answer("/\(number)", body: body)
      #expect(try await bench.text("/\(number)").utf8.count == body.utf8.count)
      bench.clock.advance(milliseconds: 1)
    }
    let kept = await bench.pages.kept
    #expect(kept.pages == 2)
    #expect(kept.bytes <= ReferencePages.maxBytes)
    await bench.stop()
  }
}
