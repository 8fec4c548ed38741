import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

/// Remembers bans for as long as it lives.
private final class KeptBans: BanRecord {
  private let bans: Lock<[ExchangeID: Ban]>

  init(_ bans: [ExchangeID: Ban] = [:]) { self.bans = Lock(bans) }

  func ban(of exchange: ExchangeID) -> Ban? { bans.withLock { $0[exchange] } }
  func keep(_ ban: Ban, of exchange: ExchangeID) { bans.withLock { $0[exchange] = ban } }
}

/// An exchange that fails is left alone, and one that wants it: the server counts what reaches it.
@Suite(.timeLimit(.minutes(1))) struct ExchangeClientPausesTests {
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "client")
    let clock: ManualClock
    let http: HTTPClient
    let client: ExchangeClient

    init(
      _ exchange: ToyExchange = ToyExchange(), clock: ManualClock = ManualClock(), bans: KeptBans? = nil,
      circuit: CircuitTerms = .usual
    ) throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop, options: HTTPClientOptions(maxHostConnections: ExchangeClient.maxInFlight))
      self.clock = clock
      client = ExchangeClient(
        exchange, address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(MetricsRegistry(), exchange: "toy"), circuit: circuit, bans: bans)
    }

    /// Asks for a path; gives the failure.
    func ask(_ target: String = "/a", _ priority: RequestPriority = .client, maxAge: Int64 = 0) async -> ExchangeError?
    {
      do throws(ExchangeError) {
        _ = try await client.reply(
          to: UpstreamRequest(target: target, weight: 1), maxAge: maxAge, priority: priority,
          deadline: clock.monotonicMilliseconds + 10_000)
        return nil
      } catch {
        return error
      }
    }

    /// Until it has seen an answer, libcurl sends one request at a time: the server might speak HTTP/2.
    func greet() async {
      upstream.answer("/hello", body: "[]")
      #expect(await ask("/hello") == nil)
    }

    /// Five answers that are no JSON: none of them is asked for again.
    func open() async {
      upstream.answer("/a", body: "<html>")
      for _ in 1...5 { #expect(await ask()?.kind == .malformed) }
    }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func afterFiveFailuresNotOneRequestGoesOutForHalfAMinute() async throws {
    let bench = try Bench()
    await bench.open()
    #expect(bench.upstream.targets.count == 5)
    bench.upstream.answer("/a", body: "[]")
    for priority in RequestPriority.allCases {
      let error = await bench.ask("/a", priority)
      #expect(error?.kind == .unavailable)
      #expect(
        error?.reason == "the exchange is left alone, as it failed again and again: the answer is no JSON")
    }
    let pause = try #require(bench.client.standing.pauseMilliseconds)
    #expect(await bench.ask()?.pauseMilliseconds == pause)
    bench.clock.advance(milliseconds: 29_999)
    for priority in RequestPriority.allCases { #expect(await bench.ask("/b", priority)?.kind == .unavailable) }
    bench.clock.advance(milliseconds: pause - 30_000)
    #expect(await bench.ask()?.advice == .pause(milliseconds: 1))
    #expect(bench.client.standing.circuit == .open && bench.client.standing.consecutiveFailures == 5)
    #expect(bench.upstream.targets.count == 5)
    await bench.stop()
  }

  @Test func streamsThatReturnLetTheProbeGoAtOnceAndTheNextAfterHalfAMinute() async throws {
    let bench = try Bench()
    await bench.open()
    let asked = Inbox<Void>()
    bench.upstream.answer("/instruments") { _ in
      asked.add(())
      return .response(HTTPResponse(.serviceUnavailable, body: .bytes([])))
    }
    bench.client.streamsReturned()
    try await asked.next()
    #expect(await bench.loop.eventually { bench.client.standing.circuit == .open })
    bench.client.streamsReturned()
    #expect(bench.client.standing.circuit == .open)
    bench.clock.advance(milliseconds: CircuitBreaker.signSpacing)
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    bench.client.streamsReturned()
    #expect(await bench.loop.eventually { bench.client.standing.circuit == .closed })
    #expect(bench.upstream.targets.count { $0 == "/instruments" } == 2)
    await bench.stop()
  }

  @Test func streamsThatReturnDoNotEndABan() async throws {
    let bench = try Bench()
    await bench.open()
    let until = bench.clock.wallClock.advanced(byMilliseconds: 600_000)
    let bans = KeptBans([ToyExchange().id: Ban(since: bench.clock.wallClock, until: until, reason: "banned")])
    let banned = ExchangeClient(
      ToyExchange(), address: bench.upstream.httpAddress, http: bench.http, clock: bench.clock,
      counters: ClientCounters(MetricsRegistry(), exchange: "toy"), bans: bans)
    let count = bench.upstream.targets.count
    banned.streamsReturned()
    #expect(banned.standing.circuit == .open)
    #expect(bench.upstream.targets.count == count)
    await bench.stop()
  }

  @Test func aBanIsNoLongerThanTheLongest() async throws {
    var terms = CircuitTerms.usual
    terms.longestBan = 3000
    let bench = try Bench(circuit: terms)
    bench.upstream.answer("/a", status: .tooManyRequests, headers: [("Retry-After", "60")], body: "{}")
    #expect(await bench.ask()?.kind == .limited)
    #expect(bench.client.standing.pauseMilliseconds == 3000 && !bench.client.isLeftAlone)
    bench.clock.advance(milliseconds: 3000)
    bench.upstream.answer("/a", body: "[]")
    #expect(await bench.ask() == nil)
    await bench.stop()
  }

  @Test func anAnswerAfterAFailureIsTold() async throws {
    let bench = try Bench()
    let told = Inbox<Int>()
    bench.client.onReturn { told.add(1) }
    await bench.open()
    #expect(bench.client.isLeftAlone && told.pending.isEmpty)
    bench.clock.advance(milliseconds: try #require(bench.client.standing.pauseMilliseconds))
    bench.upstream.answer("/a", body: "[]")
    #expect(await bench.ask() == nil)
    #expect(!bench.client.isLeftAlone && told.pending == [1])
    await bench.stop()
  }

  @Test func aStreamThatIsAskedForMeanwhileHoldsTheProbeBack() async throws {
    let bench = try Bench()
    await bench.open()
    bench.client.streamAsked(pause: 90_000)
    #expect(bench.client.standing.pauseMilliseconds == 90_000)
    bench.upstream.answer("/a", body: "[]")
    bench.clock.advance(milliseconds: 89_999)
    #expect(await bench.ask()?.advice == .pause(milliseconds: 1))
    #expect(bench.client.lastProbe == nil)
    bench.clock.advance(milliseconds: 1)
    #expect(await bench.ask() == nil)
    #expect(bench.client.lastProbe == nil && !bench.client.isLeftAlone)
    await bench.stop()
  }

  @Test func thenOneProbeGoesOutAndItsSuccessLetsAllThrough() async throws {
    let bench = try Bench()
    await bench.open()
    let (asked, gate) = (Inbox<Void>(), Inbox<Void>())
    bench.upstream.answer("/probe") { _ in
      asked.add(())
      return .later {
        try? await gate.next()
        return HTTPResponse(.ok, body: .bytes(Array("[]".utf8)))
      }
    }
    bench.clock.advance(milliseconds: try #require(bench.client.standing.pauseMilliseconds))
    #expect(bench.client.standing.circuit == .halfOpen)
    let probe = Task { await bench.ask("/probe") }
    try await asked.next()
    for priority in RequestPriority.allCases {
      #expect(await bench.ask("/a", priority)?.advice == .pause(milliseconds: CircuitBreaker.probeWait))
    }
    #expect(bench.upstream.targets.count == 6)
    gate.add(())
    #expect(await probe.value == nil)
    #expect(bench.client.standing.circuit == .closed && bench.client.standing.cause == nil)
    bench.upstream.answer("/a", body: "[]")
    for _ in 1...3 { #expect(await bench.ask() == nil) }
    #expect(bench.upstream.targets.count == 9)
    await bench.stop()
  }

  @Test func aProbeThatFailsOpensItForTwiceAsLong() async throws {
    let bench = try Bench()
    await bench.open()
    bench.clock.advance(milliseconds: try #require(bench.client.standing.pauseMilliseconds))
    // Not tried again, though the failure would allow it.
    bench.upstream.answer("/a", status: .serviceUnavailable, body: "{}")
    #expect(await bench.ask()?.reason == "the exchange is out of order (HTTP 503)")
    #expect(bench.upstream.targets.count == 6)
    #expect(bench.client.standing.pauseMilliseconds.map { (60_000...66_000).contains($0) } == true)
    await bench.stop()
  }

  @Test func eachAttemptCountsAndWhatOpensItIsNotTriedAgain() async throws {
    let bench = try Bench()
    bench.upstream.answer("/a", status: .badGateway, body: "{}")
    #expect(await bench.ask()?.kind == .unavailable)
    #expect(bench.upstream.targets.count == 3 && bench.client.standing.circuit == .closed)
    // The exchange's own words, and not that it is left alone.
    #expect(await bench.ask()?.reason == "the exchange is out of order (HTTP 502)")
    #expect(bench.upstream.targets.count == 5 && bench.client.standing.circuit == .open)
    await bench.stop()
  }

  @Test func whatTheExchangeRightlyRefusesOpensNothing() async throws {
    let bench = try Bench()
    bench.upstream.answer("/a", status: .badRequest, body: "{}")
    for _ in 1...10 { #expect(await bench.ask()?.kind == .rejected) }
    for _ in 1...10 { #expect(await bench.ask("/nowhere")?.kind == .unknownSymbol) }
    #expect(bench.client.standing.circuit == .closed && bench.client.standing.consecutiveFailures == 0)
    #expect(bench.upstream.targets.count == 20)
    await bench.stop()
  }

  @Test func whoWaitsForItsTurnIsRefusedWhenItOpens() async throws {
    var exchange = ToyExchange()
    // Six at once, and the next after ten seconds.
    exchange.declaration.rest.weightPerWindow = 15
    exchange.declaration.rest.windowMilliseconds = 120_000
    let bench = try Bench(exchange)
    await bench.greet()
    let gates = (1...5).map { _ in Inbox<Void>() }
    let arrived = Inbox<Int>()
    for (number, gate) in gates.enumerated() {
      bench.upstream.answer("/\(number)") { _ in
        arrived.add(number)
        return .later {
          try? await gate.next()
          return HTTPResponse(.ok, body: .bytes(Array("<html>".utf8)))
        }
      }
    }
    let deadline = bench.clock.monotonicMilliseconds + 100_000
    func task(_ number: Int) -> Task<Dated<UpstreamReply>, any Error> {
      Task { try await bench.client.reply(to: UpstreamRequest(target: "/\(number)", weight: 1), deadline: deadline) }
    }
    var asked = (0..<5).map(task)
    for _ in gates { _ = try await arrived.next() }
    asked.append(task(5))
    while bench.client.standing.budgets.first?.queued != 1 { await Task.yield() }
    for gate in gates { gate.add(()) }
    for task in asked {
      do {
        _ = try await task.value
        Issue.record("answered")
      } catch {
        #expect((error as? ExchangeError).map { [.malformed, .unavailable].contains($0.kind) } == true)
      }
    }
    #expect(bench.upstream.targets.count == 6)
    #expect(bench.client.standing.budgets.first?.queued == 0)
    await bench.stop()
  }

  @Test func whatIsFreshIsServedWhileItIsOpen() async throws {
    let bench = try Bench()
    bench.upstream.answer("/kept", body: "[1]")
    #expect(await bench.ask("/kept", maxAge: 60_000) == nil)
    await bench.open()
    #expect(await bench.ask("/kept", maxAge: 60_000) == nil)
    #expect(await bench.ask("/kept")?.kind == .unavailable)
    #expect(bench.upstream.targets.count == 6)
    await bench.stop()
  }

  @Test func itClosesWithoutClientsToo() async throws {
    let (upstream, loop) = (try ToyUpstream(), EventLoop(name: "client"))
    let http = HTTPClient(loop: loop)
    let asked = Inbox<Void>()
    let answers = Lock(["nonsense", "nonsense", ToyExchange.instrumentsBody])
    upstream.answer("/instruments") { _ in
      defer { asked.add(()) }
      let body = answers.withLock { $0.removeFirst() }
      return .response(HTTPResponse(.ok, body: .bytes(Array(body.utf8))))
    }
    let client = ExchangeClient(
      ToyExchange(), address: upstream.httpAddress, http: http, clock: SystemClock(),
      counters: ClientCounters(MetricsRegistry(), exchange: "toy"),
      circuit: CircuitTerms(failures: 1, firstPause: 20, longestPause: 40))
    _ = try? await client.reply(
      to: UpstreamRequest(target: "/instruments", weight: 1),
      deadline: SystemClock().monotonicMilliseconds + 10_000)
    // The question, a probe that fails, a probe that does not.
    for _ in 1...3 { try await asked.next() }
    #expect(await loop.eventually { client.standing.circuit == .closed })
    #expect(upstream.targets.count == 3)
    await http.shutdown()
    await upstream.stop()
    loop.shutdown()
  }

  // MARK: Bans

  @Test func aBanIsRememberedWithItsEndByTheTimeOfDay() async throws {
    let bans = KeptBans()
    let bench = try Bench(bans: bans)
    bench.upstream.answer("/a", status: .tooManyRequests, headers: [("Retry-After", "120")], body: "{}")
    #expect(await bench.ask()?.kind == .limited)
    let now = bench.clock.wallClock
    #expect(
      bans.ban(of: ToyExchange().id)
        == Ban(
          since: now, until: now.advanced(byMilliseconds: 120_000), reason: "the exchange asks for a pause (HTTP 429)"))
    #expect(bench.client.standing.circuit == .open && bench.client.standing.consecutiveFailures == 1)
    await bench.stop()
  }

  @Test func aShorterBanDoesNotReplaceALongerOne() async throws {
    let bans = KeptBans()
    let bench = try Bench(bans: bans)
    await bench.greet()
    let (arrived, gate) = (Inbox<Void>(), Inbox<Void>())
    bench.upstream.answer("/short") { _ in
      arrived.add(())
      return .later {
        try? await gate.next()
        return HTTPResponse(.tooManyRequests, headers: HTTPHeaders([("Retry-After", "5")]))
      }
    }
    bench.upstream.answer("/long", status: .tooManyRequests, headers: [("Retry-After", "120")], body: "{}")
    let short = Task { await bench.ask("/short") }
    try await arrived.next()
    _ = await bench.ask("/long")
    gate.add(())
    _ = await short.value
    #expect(bans.ban(of: ToyExchange().id)?.remaining(at: bench.clock.wallClock) == 120_000)
    #expect(bench.client.standing.pauseMilliseconds == 120_000)
    await bench.stop()
  }

  @Test func aBanOfAnEarlierRunHoldsForTheRestOfItsTime() async throws {
    let clock = ManualClock()
    let since = clock.wallClock.advanced(byMilliseconds: -50_000)
    let ban = Ban(since: since, until: since.advanced(byMilliseconds: 120_000), reason: "HTTP 418")
    let bench = try Bench(clock: clock, bans: KeptBans([ToyExchange().id: ban]))
    bench.upstream.answer("/a", body: "[]")
    #expect(bench.client.standing.pauseMilliseconds == 70_000 && bench.client.standing.cause == "HTTP 418")
    clock.advance(milliseconds: 69_999)
    for priority in RequestPriority.allCases { #expect(await bench.ask("/a", priority)?.kind == .limited) }
    #expect(bench.upstream.targets.isEmpty)
    clock.advance(milliseconds: 1)
    #expect(await bench.ask() == nil)
    await bench.stop()
  }

  @Test func aBanThatIsOverOrOfAnotherExchangeHoldsNothing() async throws {
    let clock = ManualClock()
    let now = clock.wallClock
    let over = Ban(since: now.advanced(byMilliseconds: -2000), until: now, reason: "HTTP 418")
    let other = Ban(since: now, until: now.advanced(byMilliseconds: 5000), reason: "HTTP 418")
    let bench = try Bench(
      clock: clock, bans: KeptBans([ToyExchange().id: over, ExchangeID("other"): other]))
    bench.upstream.answer("/a", body: "[]")
    #expect(await bench.ask() == nil)
    await bench.stop()
  }
}
