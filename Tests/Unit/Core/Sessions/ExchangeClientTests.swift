import Contract
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct ExchangeClientTests {
  /// A client of the toy exchange, with the server it asks.
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "client")
    let client: ExchangeClient
    let http: HTTPClient
    let clock = SystemClock()

    init(_ exchange: ToyExchange = ToyExchange()) throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop)
      client = ExchangeClient(
        exchange, address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
    }

    var inTenSeconds: Int64 { clock.monotonicMilliseconds + 10_000 }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  private func failure<Answer: Sendable>(
    _ client: ExchangeClient, _ inquiry: Inquiry<Answer>, deadline: Int64
  ) async -> ExchangeError? {
    do throws(ExchangeError) {
      _ = try await client.ask(inquiry, deadline: deadline)
      return nil
    } catch {
      return error
    }
  }

  @Test func anAnswerIsReadByItsInquiry() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    let list = try await bench.client.ask(ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(list.map(\.symbol) == ["ALPHAUSD", "BETAUSD"])
    #expect(bench.upstream.targets == ["/instruments"])
    await bench.stop()
  }

  @Test func aFaultThatMayPassIsTriedAgainAndOneThatMayNotIsNot() async throws {
    let bench = try Bench()
    let answers = Lock([HTTPStatus.serviceUnavailable, .badGateway])
    bench.upstream.answer("/instruments") { _ in
      let status = answers.withLock { $0.popLast() } ?? .ok
      return .response(HTTPResponse(status, body: .bytes(Array(ToyExchange.instrumentsBody.utf8))))
    }
    _ = try await bench.client.ask(ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(bench.upstream.targets.count == 3)
    bench.upstream.answer("/instruments", status: .notFound, body: "{}")
    let error = await failure(bench.client, ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(error?.kind == .unknownSymbol)
    #expect(bench.upstream.targets.count == 4)
    await bench.stop()
  }

  @Test func threeAttemptsAreTheMost() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", status: .serviceUnavailable, body: "{}")
    let error = await failure(bench.client, ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(error?.kind == .unavailable)
    #expect(bench.upstream.targets.count == 3)
    await bench.stop()
  }

  @Test func aRefusalHoldsBackEveryFurtherRequest() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", status: .tooManyRequests, headers: [("Retry-After", "120")], body: "{}")
    let first = await failure(bench.client, ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(first?.kind == .limited)
    #expect(first?.advice == .pause(milliseconds: 120_000))
    let second = await failure(bench.client, ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(second?.kind == .limited)
    #expect(bench.upstream.targets.count == 1)
    await bench.stop()
  }

  @Test func aBudgetThatIsUsedUpBeyondTheDeadlineIsSaidAtOnce() async throws {
    var exchange = ToyExchange()
    exchange.declaration.rest.weightPerWindow = 2
    exchange.declaration.rest.windowMilliseconds = 60_000
    let bench = try Bench(exchange)
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    _ = try await bench.client.ask(exchange.instruments(), deadline: bench.inTenSeconds)
    let error = await failure(bench.client, exchange.instruments(), deadline: bench.inTenSeconds)
    #expect(error?.kind == .limited)
    #expect(bench.upstream.targets.count == 1)
    await bench.stop()
  }

  @Test func anExchangeThatDoesNotAnswerEndsAtTheDeadline() async throws {
    let bench = try Bench()
    let inbox = Inbox<Void>()
    bench.upstream.answer("/instruments") { _ in
      .later {
        await inbox.next(); return HTTPResponse(.ok)
      }
    }
    let start = bench.clock.monotonicMilliseconds
    let error = await failure(bench.client, ToyExchange().instruments(), deadline: start + 100)
    #expect(error?.kind == .timeout)
    #expect(bench.clock.monotonicMilliseconds - start < 5000)
    inbox.add(())
    await bench.stop()
  }

  @Test func anExchangeThatIsNotThereIsUnreachable() async throws {
    let bench = try Bench()
    await bench.upstream.stop()
    let error = await failure(bench.client, ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(error?.kind == .unreachable)
    await bench.http.shutdown()
    bench.loop.shutdown()
  }

  @Test func anAnswerIsAsOldAsTheGatewaysClockSays() async throws {
    let bench = try Bench()
    bench.upstream.answer("/a", body: "[1]")
    // Behind the `Date` of the answer: a clock that is ahead of it is not believed (AnswerTime).
    let clock = ManualClock(wallClock: Timestamp(microseconds: 1_000_000_000_000_000))
    let client = ExchangeClient(
      ToyExchange(), address: bench.upstream.httpAddress, http: bench.http, clock: clock,
      counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
    let reply = try await client.reply(
      to: UpstreamRequest(target: "/a", weight: 1), deadline: clock.monotonicMilliseconds + 10_000)
    #expect((0..<10_000).contains(reply.askTime.milliseconds(since: clock.wallClock)))
    await bench.stop()
  }

  @Test func allRequestsOfAnInquiryAreAskedAndAnsweredInOrder() async throws {
    let bench = try Bench()
    for name in ["a", "b", "c"] { bench.upstream.answer("/\(name)", body: "[\"\(name)\"]") }
    let requests = ["/a", "/b", "/c"].map { UpstreamRequest(target: $0, weight: 1) }
    let inquiry = Inquiry<[String]>(requests) { (replies: [UpstreamReply]) throws(ExchangeError) in
      replies.map { String(decoding: $0.body, as: UTF8.self) }
    }
    #expect(try await bench.client.ask(inquiry, deadline: bench.inTenSeconds) == [#"["a"]"#, #"["b"]"#, #"["c"]"#])
    await bench.stop()
  }

  @Test func whatIsNotRequiredMayBeMissing() async throws {
    let bench = try Bench()
    bench.upstream.answer("/a", body: "[1]")
    let requests = ["/a", "/gone"].map { UpstreamRequest(target: $0, weight: 1) }
    let inquiry = Inquiry<[Bool]>(requests, required: 1) { (replies: [UpstreamReply]) throws(ExchangeError) in
      replies.map(\.isMissing)
    }
    #expect(try await bench.client.ask(inquiry, deadline: bench.inTenSeconds) == [false, true])
    let strict = Inquiry<[Bool]>(requests) { (replies: [UpstreamReply]) throws(ExchangeError) in
      replies.map(\.isMissing)
    }
    #expect(await failure(bench.client, strict, deadline: bench.inTenSeconds)?.kind == .unknownSymbol)
    await bench.stop()
  }

  @Test func pagesAreFollowedToTheLast() async throws {
    let bench = try Bench()
    for page in 1...3 { bench.upstream.answer("/page\(page)", body: "[\(page)]") }
    let inquiry = Inquiry<Int>(
      pagesFrom: UpstreamRequest(target: "/page1", weight: 1),
      next: { reply in
        let page = Int(String(decoding: reply.body.dropFirst().dropLast(), as: UTF8.self)) ?? 3
        return page < 3 ? UpstreamRequest(target: "/page\(page + 1)", weight: 1) : nil
      },
      readAll: { (replies: [UpstreamReply]) throws(ExchangeError) in replies.count })
    #expect(try await bench.client.ask(inquiry, deadline: bench.inTenSeconds) == 3)
    let endless = Inquiry<Int>(
      pagesFrom: UpstreamRequest(target: "/page1", weight: 0),
      next: { _ in UpstreamRequest(target: "/page1", weight: 0) },
      readAll: { (replies: [UpstreamReply]) throws(ExchangeError) in replies.count })
    #expect(await failure(bench.client, endless, deadline: bench.inTenSeconds)?.kind == .malformed)
    await bench.stop()
  }
}
