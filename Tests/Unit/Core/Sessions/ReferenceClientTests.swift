import Contract
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

@Suite(.timeLimit(.minutes(1))) struct ReferenceClientTests {
  private static let key = "k-31415926"
  private static let request = UpstreamRequest(get: "/v1/things", ["id": "a b"], weight: 1)

  /// A client of the made-up service, with the server it asks.
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "reference")
    let http: HTTPClient
    let client: ReferenceClient
    let clock = SystemClock()

    init(_ declaration: RawUpstream = SecretService.declaration, key: String = ReferenceClientTests.key) throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop, options: HTTPClientOptions(proxy: ""))
      client = ReferenceClient(
        declaration, key: Redacted(key), address: upstream.httpAddress, http: http, clock: clock)
    }

    func failure(within milliseconds: Int64 = 10_000) async -> ExchangeError? {
      do throws(ExchangeError) {
        _ = try await client.body(
          of: ReferenceClientTests.request, deadline: clock.monotonicMilliseconds + milliseconds)
        return nil
      } catch {
        return error
      }
    }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func theKeyIsInItsHeaderAndNowhereInTheAddress() async throws {
    let bench = try Bench()
    let heads = Inbox<HTTPRequest>()
    bench.upstream.answer("/v1/things") { request in
      heads.add(request)
      return .response(HTTPResponse(.ok, body: .bytes(Array("{ \"a\" : 1.0 }".utf8))))
    }
    let body = try await bench.client.body(of: Self.request, deadline: bench.clock.monotonicMilliseconds + 10_000)
    #expect(String(decoding: body, as: UTF8.self) == "{ \"a\" : 1.0 }")
    let request = try await heads.next()
    #expect(request.headers["X-Acme-Key"] == Self.key)
    #expect(request.headers["Accept"] == "application/json")
    #expect(request.target == "/v1/things?id=a%20b")
    await bench.stop()
  }

  @Test(arguments: [
    (400, ExchangeError.Kind.rejected), (401, .rejected), (403, .blocked), (451, .blocked), (500, .unavailable),
    (503, .unavailable), (302, .malformed), (408, .timeout),
  ])
  func aStatusSaysWhoseFaultItIs(status: Int, kind: ExchangeError.Kind) async throws {
    let bench = try Bench()
    bench.upstream.answer(
      "/v1/things", status: HTTPStatus(status), body: "{\"status\":{\"error_message\":\"\(Self.key)\"}}")
    let error = await bench.failure()
    #expect(error?.kind == kind)
    #expect(error?.reason.contains(Self.key) == false)
    #expect(error?.reason.contains("\(status)") == true)
    await bench.stop()
  }

  @Test func whatMayPassIsTriedOnceMoreAndWhatMayNotIsNot() async throws {
    let bench = try Bench()
    bench.upstream.answer("/v1/things", status: .serviceUnavailable, body: "{}")
    _ = await bench.failure()
    #expect(bench.upstream.targets.count == 2)
    bench.upstream.answer("/v1/things", status: .unauthorized, body: "{}")
    _ = await bench.failure()
    #expect(bench.upstream.targets.count == 3)
    await bench.stop()
  }

  @Test(arguments: [("<html></html>", "no JSON"), ("{\"a\":", "no JSON"), ("", "no JSON")])
  func aPageForPeopleIsNoAnswer(body: String, reason: String) async throws {
    let bench = try Bench()
    bench.upstream.answer("/v1/things", body: body)
    let error = await bench.failure()
    #expect(error?.kind == .malformed)
    #expect(error?.reason.contains(reason) == true)
    await bench.stop()
  }

  @Test(arguments: [(0, nil), (1, ExchangeError.Kind.malformed)])
  func noLongerAnswerThanTheLimitIsTaken(more: Int, kind: ExchangeError.Kind?) async throws {
    let bench = try Bench()
    // Not `String(repeating:)`, which appends one by one.
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: ReferenceClient.maxBodyBytes - 2 + more)
    let text = String(decoding: bytes, as: UTF8.self)
    bench.upstream.answer("/v1/things", body: "\"\(text)\"")
    #expect(await bench.failure()?.kind == kind)
    await bench.stop()
  }

  @Test(arguments: [("40", 40_000), (nil, 7000), ("0", 1000)])
  func aRefusalHoldsBackEveryFurtherRequest(retryAfter: String?, pause: Int64) async throws {
    let bench = try Bench()
    bench.upstream.answer(
      "/v1/things", status: .tooManyRequests, headers: retryAfter.map { [("Retry-After", $0)] } ?? [], body: "{}")
    let first = await bench.failure(within: 900)
    #expect(first?.kind == .limited)
    #expect(first?.advice == .pause(milliseconds: pause))
    let second = await bench.failure(within: 900)
    #expect(second?.kind == .limited)
    #expect(bench.upstream.targets.count == 1)
    await bench.stop()
  }

  @Test func aBudgetThatIsUsedUpBeyondTheDeadlineIsSaidAtOnce() async throws {
    var declaration = SecretService.declaration
    declaration.requestsPerWindow = 2
    let bench = try Bench(declaration)
    bench.upstream.answer("/v1/things", body: "{}")
    // Of two a minute one is left to others who share the key.
    #expect(await bench.failure() == nil)
    let error = await bench.failure()
    #expect(error?.kind == .limited)
    #expect(bench.upstream.targets.count == 1)
    await bench.stop()
  }

  @Test func aServiceThatIsNotThereOrSilentIsSaidSo() async throws {
    let bench = try Bench()
    let inbox = Inbox<Void>()
    bench.upstream.answer("/v1/things") { _ in
      .later {
        try? await inbox.next(); return HTTPResponse(.ok)
      }
    }
    #expect(await bench.failure(within: 100)?.kind == .timeout)
    inbox.add(())
    await bench.upstream.stop()
    #expect(await bench.failure()?.kind == .unreachable)
    #expect(await bench.failure(within: 0)?.kind == .timeout)
    await bench.http.shutdown()
    #expect(await bench.failure()?.reason == "the request was cancelled")
    bench.loop.shutdown()
  }

  @Test func aKeyThatIsNoHeadersTextIsRefusedWithoutBeingShown() async throws {
    let bench = try Bench(key: "a\r\nb")
    let error = await bench.failure()
    #expect(error?.kind == .rejected)
    #expect(error?.reason.contains("a\r\nb") == false)
    #expect(bench.upstream.targets.isEmpty)
    await bench.stop()
  }
}
