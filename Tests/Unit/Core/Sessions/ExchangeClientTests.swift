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
    let metrics = MetricsRegistry()

    init(_ exchange: ToyExchange = ToyExchange(), tap: (any HTTPClientTap)? = nil) throws {
      upstream = try ToyUpstream()
      var options = HTTPClientOptions()
      options.tap = tap
      http = HTTPClient(loop: loop, options: options)
      client = ExchangeClient(
        exchange, address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(metrics, exchange: "toy"))
    }

    /// Questions that joined another.
    func joined() -> UInt64 {
      metrics.counter("marketgate_upstream_joined_total", help: "", labels: ["exchange": "toy"]).value
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

  /// Notes which bodies the transport is told to expect.
  private struct LengthTap: HTTPClientTap {
    let lengths: Inbox<Bool>

    func finished(
      _ request: HTTPClientRequest, _: Result<HTTPClientResponse, HTTPClientError>, receiveMicroseconds: Int64
    ) {
      lengths.add(request.expectsLongBody)
    }
  }

  @Test func theTransportIsToldOfALongAnswer() async throws {
    let lengths = Inbox<Bool>()
    let bench = try Bench(tap: LengthTap(lengths: lengths))
    for rows in [10, 1000] {
      let request = UpstreamRequest(target: "/rows", weight: 1).expecting(rows: rows)
      bench.upstream.answer("/rows", body: "[]")
      _ = try await bench.client.reply(to: request, deadline: bench.inTenSeconds)
      #expect(try await lengths.next() == (rows == 1000))
    }
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
        try? await inbox.next(); return HTTPResponse(.ok)
      }
    }
    let start = bench.clock.monotonicMilliseconds
    let error = await failure(bench.client, ToyExchange().instruments(), deadline: start + 100)
    #expect(error?.kind == .timeout)
    #expect(bench.clock.monotonicMilliseconds - start < 30_000)
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
    #expect((0..<10_000).contains(reply.value.askTime.milliseconds(since: clock.wallClock)))
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
    let answer = try await bench.client.askDated(inquiry, deadline: bench.inTenSeconds)
    #expect(answer.value == [false, true] && answer.isPartial)
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

  @Test func equalRequestsUnderWayAreOne() async throws {
    let bench = try Bench()
    let (asked, gate) = (Inbox<Void>(), Inbox<Void>())
    bench.upstream.answer("/instruments") { _ in
      asked.add(())
      return .later {
        try? await gate.next()
        return HTTPResponse(.ok, body: .bytes(Array(ToyExchange.instrumentsBody.utf8)))
      }
    }
    let (client, deadline) = (bench.client, bench.inTenSeconds)
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<100 {
        group.addTask { try await client.ask(ToyExchange().instruments(), deadline: deadline).count }
      }
      try await asked.next()
      #expect(await bench.loop.eventually { bench.joined() >= 99 })
      gate.add(())
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(counts == Array(repeating: 2, count: 100))
    #expect(bench.upstream.targets.count == 1)
    await bench.stop()
  }

  @Test func aReplyServesAllWhoAskWhileItIsFresh() async throws {
    let bench = try Bench()
    bench.upstream.answer("/all", body: "[1,2]")
    let request = UpstreamRequest(target: "/all", weight: 1)
    let first = try await bench.client.reply(to: request, maxAge: 1000, deadline: bench.inTenSeconds)
    let second = try await bench.client.reply(to: request, maxAge: 60_000, deadline: bench.inTenSeconds)
    #expect(first.asked == second.asked)
    #expect(bench.upstream.targets.count == 1)
    // Who wants it new gets it new.
    _ = try await bench.client.reply(to: request, deadline: bench.inTenSeconds)
    #expect(bench.upstream.targets.count == 2)
    await bench.stop()
  }

  @Test func aReplyThatIsTooOldIsAskedForAgain() async throws {
    let clock = ManualClock(wallClock: Timestamp(microseconds: 1_000_000_000_000_000))
    let bench = try Bench()
    bench.upstream.answer("/all", body: "[1,2]")
    let client = ExchangeClient(
      ToyExchange(), address: bench.upstream.httpAddress, http: bench.http, clock: clock,
      counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
    let request = UpstreamRequest(target: "/all", weight: 1)
    for (pause, calls) in [(0, 1), (999, 1), (1, 2), (500, 2)] as [(Int64, Int)] {
      clock.advance(milliseconds: pause)
      _ = try await client.reply(to: request, maxAge: 1000, deadline: clock.monotonicMilliseconds + 10_000)
      #expect(bench.upstream.targets.count == calls)
    }
    await bench.stop()
  }

  @Test func aFailureIsNotKept() async throws {
    let bench = try Bench()
    bench.upstream.answer("/all", status: .notFound, body: "{}")
    let request = UpstreamRequest(target: "/all", weight: 1)
    let inquiry = Inquiry(request) { (reply: UpstreamReply) throws(ExchangeError) in reply.body.count }
    for _ in 0..<2 {
      let error = await failure(bench.client, inquiry, deadline: bench.inTenSeconds)
      #expect(error?.kind == .unknownSymbol)
    }
    #expect(bench.upstream.targets.count == 2)
    await bench.stop()
  }

  @Test func whatAnAnswerCanDoWithoutIsGivenAMomentOnly() async throws {
    let bench = try Bench()
    let never = Inbox<Void>()
    bench.upstream.answer("/a", body: "[1]")
    bench.upstream.answer("/slow") { _ in
      .later {
        try? await never.next()
        return HTTPResponse(.ok)
      }
    }
    let requests = ["/a", "/slow"].map { UpstreamRequest(target: $0, weight: 1) }
    let inquiry = Inquiry<[Bool]>(requests, required: 1) { (replies: [UpstreamReply]) throws(ExchangeError) in
      replies.map(\.isMissing)
    }
    let start = bench.clock.monotonicMilliseconds
    #expect(try await bench.client.ask(inquiry, deadline: bench.inTenSeconds) == [false, true])
    let took = bench.clock.monotonicMilliseconds - start
    #expect((ExchangeClient.optionalGrace..<ExchangeClient.optionalGrace + 30_000).contains(took))
    // A required one that has failed is not waited for.
    bench.upstream.answer("/a", status: .notFound, body: "{}")
    let again = bench.clock.monotonicMilliseconds
    #expect(await failure(bench.client, inquiry, deadline: bench.inTenSeconds)?.kind == .unknownSymbol)
    #expect(bench.clock.monotonicMilliseconds - again < ExchangeClient.optionalGrace + 4000)
    never.add(())
    await bench.stop()
  }

  @Test func aBanHoldsBackRetriesAndEveryoneElseAndSaysWhy() async throws {
    let clock = ManualClock(wallClock: Timestamp(microseconds: 1_000_000_000_000_000))
    let bench = try Bench()
    let client = ExchangeClient(
      ToyExchange(), address: bench.upstream.httpAddress, http: bench.http, clock: clock,
      counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
    bench.upstream.answer("/a", status: .tooManyRequests, headers: [("Retry-After", "120")], body: "{}")
    bench.upstream.answer("/b", body: "[]")
    let inquiries = ["/a", "/b"].map { target in
      Inquiry(UpstreamRequest(target: target, weight: 1)) { (reply: UpstreamReply) throws(ExchangeError) in 0 }
    }
    #expect(await failure(client, inquiries[0], deadline: clock.monotonicMilliseconds + 200_000)?.kind == .limited)
    for priority in RequestPriority.allCases {
      clock.advance(milliseconds: 39_000)
      do throws(ExchangeError) {
        _ = try await client.ask(
          inquiries[1], priority: priority, deadline: clock.monotonicMilliseconds + 200_000)
        Issue.record("asked during a ban")
      } catch {
        #expect(error.kind == .limited && error.reason == "the exchange asks for a pause (HTTP 429)")
      }
    }
    #expect(client.standing.pauseMilliseconds == 3000)
    #expect(client.standing.cause == "the exchange asks for a pause (HTTP 429)")
    #expect(bench.upstream.targets == ["/a"])
    clock.advance(milliseconds: 3000)
    #expect(client.standing.pauseMilliseconds == nil)
    _ = try await client.ask(inquiries[1], deadline: clock.monotonicMilliseconds + 10_000)
    #expect(bench.upstream.targets == ["/a", "/b"])
    await bench.stop()
  }

  @Test func failuresAreCountedUntilOneGoesWell() async throws {
    var exchange = ToyExchange()
    exchange.declaration.rest.windowMilliseconds = 600_000
    let bench = try Bench(exchange)
    bench.upstream.answer("/instruments", status: .serviceUnavailable, body: "{}")
    _ = await failure(bench.client, ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(bench.client.standing.consecutiveFailures == 3)
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    _ = try await bench.client.ask(ToyExchange().instruments(), deadline: bench.inTenSeconds)
    #expect(bench.client.standing.consecutiveFailures == 0)
    #expect(bench.client.standing.budgets.map(\.used) == [4])
    await bench.stop()
  }

  /// Who asks on a loop reads a page there, and has a long answer read elsewhere.
  @Test(arguments: [(100, true), (400_000, false)])
  func aLongAnswerIsNotReadOnTheLoop(bytes: Int, isReadThere: Bool) async throws {
    let bench = try Bench()
    bench.upstream.answer("/text", body: "[" + String(repeating: " ", count: bytes) + "]")
    let request = UpstreamRequest(target: "/text", weight: 1)
    let inquiry = Inquiry<(count: Int, onLoop: Bool)>(request) { (reply: UpstreamReply) throws(ExchangeError) in
      (reply.body.count, EventLoop.current != nil)
    }
    let (client, loop, deadline) = (bench.client, bench.loop, bench.inTenSeconds)
    let answer = await Task(executorPreference: loop) { () -> (count: Int, onLoop: Bool, isBack: Bool)? in
      guard let answer = try? await client.ask(inquiry, deadline: deadline) else { return nil }
      return (answer.count, answer.onLoop, loop.isCurrent)
    }.value
    #expect(answer?.count == bytes + 2)
    #expect(answer?.onLoop == isReadThere)
    #expect(answer?.isBack == true)
    let malformed = Inquiry<Int>(request) { (reply: UpstreamReply) throws(ExchangeError) in
      throw .malformed("\(reply.body.count) bytes")
    }
    let error = await Task(executorPreference: loop) { await failure(client, malformed, deadline: deadline) }.value
    #expect(error?.reason == "\(bytes + 2) bytes")
    await bench.stop()
  }
}
