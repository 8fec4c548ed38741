import Contract
import Support
import Telemetry
import Testing

@testable import Sessions

@Suite struct ExchangeCircuitTests {
  private struct Bench {
    let clock = ManualClock()
    let registry = MetricsRegistry()
    let circuit: ExchangeCircuit

    init(_ terms: CircuitTerms = .usual) {
      circuit = ExchangeCircuit(
        terms, clock: clock, counters: ClientCounters(registry, exchange: "toy"), logger: .silent)
    }

    /// Gives what all who wait are told, once it has opened.
    func open() throws -> ExchangeError? {
      for _ in 1...5 {
        let permit = try circuit.enter()
        if let refusal = circuit.settle(permit, .failed(reason: "the exchange cannot be reached")) { return refusal }
      }
      return nil
    }
  }

  private static let cause =
    "the exchange is left alone, as it failed again and again: the exchange cannot be reached"

  @Test func whoAsksMeanwhileIsToldWhyAndForHowLong() throws {
    let bench = Bench()
    let refusal = try #require(try bench.open())
    let pause = try #require(refusal.pauseMilliseconds)
    #expect(refusal == ExchangeError(.unavailable, .pause(milliseconds: pause), Self.cause))
    #expect((30_000...33_000).contains(pause))
    bench.clock.advance(milliseconds: pause - 1)
    #expect(throws: ExchangeError(.unavailable, .pause(milliseconds: 1), Self.cause)) {
      _ = try bench.circuit.enter()
    }
    let standing = bench.circuit.standing
    #expect(standing.state == .open && standing.pause == 1 && standing.cause == Self.cause)
    #expect(standing.failuresInARow == 5 && !bench.circuit.isClosed)
    #expect(
      String(decoding: bench.registry.prometheusText, as: UTF8.self)
        .contains(#"marketgate_upstream_circuit_opened_total{exchange="toy"} 1"#))
  }

  @Test func anAnswerAfterFailuresIsTold() throws {
    let bench = Bench()
    let told = Inbox<Int>()
    bench.circuit.onReturn { told.add(1) }
    _ = bench.circuit.settle(try bench.circuit.enter(), .answered)
    #expect(told.pending.isEmpty)
    _ = bench.circuit.settle(try bench.circuit.enter(), .failed(reason: "no answer"))
    _ = bench.circuit.settle(try bench.circuit.enter(), .unknown)
    #expect(told.pending.isEmpty)
    _ = bench.circuit.settle(try bench.circuit.enter(), .answered)
    _ = bench.circuit.settle(try bench.circuit.enter(), .answered)
    #expect(told.pending == [1])
    bench.circuit.onReturn(nil)
    _ = bench.circuit.settle(try bench.circuit.enter(), .failed(reason: "no answer"))
    _ = bench.circuit.settle(try bench.circuit.enter(), .answered)
    #expect(told.pending == [1])
  }

  @Test func aStreamThatIsAskedForHoldsTheProbeBack() throws {
    let bench = Bench()
    let pause = try #require(try bench.open()?.pauseMilliseconds)
    bench.clock.advance(milliseconds: pause - 10)
    bench.circuit.hold(for: 30_000)
    #expect(bench.circuit.standing.pause == 30_000 && bench.circuit.pauseBeforeProbe() == 30_000)
    bench.clock.advance(milliseconds: 29_999)
    #expect(throws: ExchangeError(.unavailable, .pause(milliseconds: 1), Self.cause)) { _ = try bench.circuit.enter() }
    #expect(bench.circuit.lastProbe == nil)
    bench.clock.advance(milliseconds: 1)
    let probe = try bench.circuit.enter()
    #expect(bench.circuit.lastProbe == bench.clock.monotonicMilliseconds)
    _ = bench.circuit.settle(probe, .answered)
    #expect(bench.circuit.lastProbe == nil && bench.circuit.isClosed)
  }

  @Test func whoWaitsForTheProbeIsToldToComeAgainSoon() throws {
    let bench = Bench()
    bench.clock.advance(milliseconds: try #require(try bench.open()?.pauseMilliseconds))
    let probe = try bench.circuit.enter()
    #expect(bench.circuit.standing.state == .halfOpen && bench.circuit.standing.cause == Self.cause)
    #expect(throws: ExchangeError(.unavailable, .pause(milliseconds: CircuitBreaker.probeWait), Self.cause)) {
      _ = try bench.circuit.enter()
    }
    #expect(bench.circuit.settle(probe, .answered) == nil)
    #expect(bench.circuit.isClosed && bench.circuit.standing.cause == nil && bench.circuit.standing.pause == nil)
  }

  @Test func aPermitOfBeforeTheOpeningHoldsNoMore() throws {
    let bench = Bench()
    let early = try bench.circuit.enter()
    try bench.circuit.check(early)
    _ = try bench.open()
    #expect(throws: ExchangeError.self) { try bench.circuit.check(early) }
  }

  @Test func oneWatchAtATimeUntilTheCircuitIsClosed() throws {
    let bench = Bench()
    let pause = try #require(try bench.open()?.pauseMilliseconds)
    #expect(bench.circuit.beginWatch())
    #expect(!bench.circuit.beginWatch())
    #expect(bench.circuit.pauseBeforeProbe() == pause)
    bench.clock.advance(milliseconds: pause - 10)
    #expect(bench.circuit.pauseBeforeProbe() == 10)
    bench.clock.advance(milliseconds: 10)
    // The probe of somebody else is under way.
    let probe = try bench.circuit.enter()
    #expect(bench.circuit.pauseBeforeProbe() == CircuitTerms.usual.firstPause)
    _ = bench.circuit.settle(probe, .answered)
    #expect(bench.circuit.pauseBeforeProbe() == nil)
    #expect(bench.circuit.beginWatch())
  }

  @Test func whatAFailureShowsOfTheExchange() {
    let outcomes: [(ExchangeError, CircuitBreaker.Outcome)] = [
      (ExchangeError(.unreachable, .retry, "a"), .failed(reason: "a")),
      (ExchangeError(.unavailable, .retry, "b"), .failed(reason: "b")),
      (.malformed("c"), .failed(reason: "c")), (ExchangeError(.timeout, .never, "d"), .failed(reason: "d")),
      (ExchangeError(.limited, .pause(milliseconds: 1), ""), .heldBack),
      (ExchangeError(.blocked, .never, ""), .heldBack), (ExchangeError(.rejected, .never, ""), .answered),
      (ExchangeError(.unknownSymbol, .never, ""), .answered), (.unsupported, .answered), (.cancelled, .unknown),
      (.unformed, .unknown),
    ]
    for (error, outcome) in outcomes { #expect(CircuitBreaker.Outcome(error, time: 1000) == outcome) }
  }

  @Test func aTimeoutCountsOnlyWhereTheExchangeHadTime() {
    let late = ExchangeError(.timeout, .never, "late")
    #expect(CircuitBreaker.Outcome(late, time: 999) == .unknown)
    #expect(CircuitBreaker.Outcome(late, time: 1000) == .failed(reason: "late"))
    #expect(CircuitBreaker.Outcome(.malformed("x"), time: 1) == .failed(reason: "x"))
  }
}
