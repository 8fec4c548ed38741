import Testing

@testable import Sessions

@Suite struct CircuitBreakerTests {
  private static let failed = CircuitBreaker.Outcome.failed(reason: "HTTP 503")

  /// A breaker with the usual terms, and numbers that come again.
  private final class Bench {
    private(set) var breaker: CircuitBreaker
    private var random = SplitMix64(seed: 7)

    init(_ terms: CircuitTerms = .usual) { breaker = CircuitBreaker(terms) }

    func permit(now: Int64) -> CircuitBreaker.Permit? { breaker.permit(now: now) }

    /// One attempt from beginning to end; refused, it changes nothing.
    func attempt(_ outcome: CircuitBreaker.Outcome, now: Int64) -> CircuitBreaker.Change? {
      settle(permit(now: now), outcome, now: now)
    }

    func settle(
      _ permit: CircuitBreaker.Permit?, _ outcome: CircuitBreaker.Outcome, now: Int64
    ) -> CircuitBreaker.Change? {
      permit.flatMap { breaker.settle($0, outcome, now: now, using: &random) }
    }

    func hold(until time: Int64) { breaker.hold(until: time) }

    func signOfLife(now: Int64) -> Bool { breaker.signOfLife(now: now) }

    /// Fails until it opens, and gives the pause.
    func opened(now: Int64) -> Int64? {
      for _ in 1...5 {
        if case .opened(let pause) = attempt(CircuitBreakerTests.failed, now: now) { return pause }
      }
      return nil
    }
  }

  @Test func fiveFailuresInARowOpenItAndFourDoNot() {
    let bench = Bench()
    for number in 1...4 {
      #expect(bench.attempt(Self.failed, now: 0) == nil, "\(number)")
      #expect(bench.breaker.state(now: 0) == .closed)
    }
    guard case .opened(let pause) = bench.attempt(Self.failed, now: 0) else {
      Issue.record("not open after five")
      return
    }
    #expect((30_000...33_000).contains(pause))
    #expect(bench.breaker.state(now: 0) == .open)
    #expect(bench.breaker.reason == "HTTP 503")
    #expect(bench.breaker.openings == 1 && bench.breaker.failuresInARow == 5)
  }

  @Test func anAnswerBeginsTheCountAnewAndWhatShowsNothingDoesNot() {
    let bench = Bench()
    for _ in 1...4 { _ = bench.attempt(Self.failed, now: 0) }
    _ = bench.attempt(.answered, now: 0)
    #expect(bench.breaker.failuresInARow == 0)
    for _ in 1...4 { _ = bench.attempt(Self.failed, now: 0) }
    _ = bench.attempt(.unknown, now: 0)
    _ = bench.attempt(.heldBack, now: 0)
    #expect(bench.breaker.state(now: 0) == .closed)
    // Held back is no answer: it is counted for whoever reads the count, and opens nothing.
    #expect(bench.breaker.failuresInARow == 5)
    #expect(bench.attempt(Self.failed, now: 0) != nil)
    #expect(bench.breaker.state(now: 0) == .open)
  }

  @Test func beingHeldBackNeverOpensIt() {
    let bench = Bench()
    for _ in 1...100 { _ = bench.attempt(.heldBack, now: 0) }
    #expect(bench.breaker.state(now: 0) == .closed && bench.breaker.openings == 0)
  }

  @Test func nothingIsAskedBeforeThePauseIsOverAndThenOneProbe() throws {
    let bench = Bench()
    let pause = try #require(bench.opened(now: 1000))
    for now in [1000, 30_999, 1000 + pause - 1] {
      #expect(bench.permit(now: now) == nil)
      #expect(bench.breaker.wait(now: now) == 1000 + pause - now)
      #expect(bench.breaker.state(now: now) == .open)
    }
    let end = 1000 + pause
    #expect(bench.breaker.state(now: end) == .halfOpen && bench.breaker.wait(now: end) == 0)
    let probe = bench.permit(now: end)
    #expect(probe != nil)
    #expect(bench.permit(now: end) == nil && bench.permit(now: end + 9999) == nil)
    #expect(bench.breaker.wait(now: end) == CircuitBreaker.probeWait)
    #expect(bench.settle(probe, .answered, now: end + 10_000) == .closed)
    #expect(bench.breaker.state(now: end + 10_000) == .closed && bench.breaker.reason == nil)
    #expect(bench.permit(now: end + 10_000) != nil && bench.permit(now: end + 10_000) != nil)
  }

  @Test func pausesDoubleToFiveMinutesWithUpToATenthOnTop() throws {
    let bench = Bench()
    var now: Int64 = 0
    var pauses = [try #require(bench.opened(now: now))]
    for _ in 1...6 {
      now += pauses[pauses.count - 1]
      guard case .opened(let pause) = bench.attempt(Self.failed, now: now) else {
        Issue.record("a failed probe did not open it")
        return
      }
      pauses.append(pause)
    }
    for (pause, whole) in zip(pauses, [30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000] as [Int64]) {
      #expect((whole...whole + whole / 10).contains(pause))
    }
    #expect(Set(pauses.suffix(3)).count > 1, "no jitter at the cap")
    // Once it has been closed, the first pause is the shortest again.
    now += pauses[6]
    #expect(bench.attempt(.answered, now: now) == .closed)
    let again = try #require(bench.opened(now: now))
    #expect((30_000...33_000).contains(again))
  }

  @Test func aSignOfLifeEndsThePauseAndAnotherOneNotForHalfAMinute() throws {
    let bench = Bench()
    _ = try #require(bench.opened(now: 0))
    #expect(bench.signOfLife(now: 10))
    #expect(bench.breaker.state(now: 10) == .halfOpen)
    // While it is half open there is nothing to end.
    #expect(!bench.signOfLife(now: 11))
    guard case .opened(let pause) = bench.attempt(Self.failed, now: 20) else {
      Issue.record("a failed probe did not open it")
      return
    }
    #expect(pause >= 60_000)
    #expect(!bench.signOfLife(now: 10 + CircuitBreaker.signSpacing - 1))
    #expect(bench.breaker.state(now: 30_000) == .open)
    #expect(bench.signOfLife(now: 10 + CircuitBreaker.signSpacing))
    #expect(bench.attempt(.answered, now: 30_011) == .closed)
    #expect(!bench.signOfLife(now: 90_000))
  }

  @Test func whileAStreamIsAskedForNothingElseIs() throws {
    let bench = Bench()
    bench.hold(until: 1_000_000)
    // Nobody holds back what is not out of order.
    #expect(bench.permit(now: 0) != nil && bench.breaker.wait(now: 0) == 0 && bench.breaker.lastProbe == nil)
    let pause = try #require(bench.opened(now: 0))
    bench.hold(until: pause + 500)
    #expect(bench.breaker.state(now: pause) == .open && bench.breaker.wait(now: pause) == 500)
    #expect(bench.permit(now: pause + 499) == nil && bench.breaker.lastProbe == nil)
    #expect(bench.breaker.state(now: pause + 500) == .halfOpen && bench.breaker.wait(now: pause + 500) == 0)
    let probe = try #require(bench.permit(now: pause + 501))
    #expect(bench.breaker.lastProbe == pause + 501)
    // A probe that shows nothing leaves its place to the next, which waits for the stream as well.
    bench.hold(until: pause + 2000)
    #expect(bench.settle(probe, .unknown, now: pause + 600) == nil)
    #expect(bench.breaker.wait(now: pause + 600) == 1400 && bench.permit(now: pause + 1999) == nil)
    #expect(bench.attempt(.answered, now: pause + 2000) == .closed)
    #expect(bench.breaker.lastProbe == nil)
  }

  @Test func aSignOfLifeEndsWhatAStreamHeldBack() throws {
    let bench = Bench()
    let pause = try #require(bench.opened(now: 0))
    bench.hold(until: pause + 5000)
    #expect(bench.signOfLife(now: pause + 1))
    #expect(bench.attempt(.answered, now: pause + 2) == .closed)
  }

  @Test func aProbeThatIsHeldBackShowsThatTheExchangeIsThere() throws {
    let bench = Bench()
    let pause = try #require(bench.opened(now: 0))
    #expect(bench.attempt(.heldBack, now: pause) == .closed)
  }

  @Test func aProbeThatShowsNothingLeavesItsPlaceToTheNext() throws {
    let bench = Bench()
    let pause = try #require(bench.opened(now: 0))
    #expect(bench.attempt(.unknown, now: pause) == nil)
    #expect(bench.breaker.state(now: pause) == .halfOpen && bench.breaker.reason == "HTTP 503")
    #expect(bench.attempt(.answered, now: pause) == .closed)
  }

  @Test func whatBeganBeforeItOpenedCountsNoMore() throws {
    let bench = Bench()
    let early = (1...40).map { _ in bench.permit(now: 0) }
    for permit in early.prefix(5) { _ = bench.settle(permit, Self.failed, now: 0) }
    let pause = bench.breaker.wait(now: 0)
    for permit in early[5..<20] {
      #expect(bench.settle(permit, Self.failed, now: 10) == nil)
      #expect(permit.map { bench.breaker.allows($0) } == false)
    }
    #expect(bench.breaker.wait(now: 0) == pause && bench.breaker.openings == 1)
    // Not even a late answer: what is there now is shown by the probe.
    #expect(bench.settle(early[20], .answered, now: 20) == nil)
    #expect(bench.breaker.state(now: 20) == .open)
    let probe = bench.permit(now: pause)
    #expect(bench.settle(early[21], .answered, now: pause) == nil)
    #expect(bench.settle(early[22], Self.failed, now: pause) == nil)
    #expect(bench.breaker.state(now: pause) == .halfOpen)
    #expect(bench.settle(probe, .answered, now: pause) == .closed)
    for permit in early[23...] { #expect(bench.settle(permit, Self.failed, now: pause) == nil) }
    #expect(bench.breaker.failuresInARow == 0)
  }

  @Test func withoutTermsItNeverOpens() {
    let bench = Bench(.never)
    for _ in 1...1000 { _ = bench.attempt(Self.failed, now: 0) }
    #expect(bench.breaker.state(now: 0) == .closed && bench.breaker.failuresInARow == 1000)
  }

  @Test func termsThatMakeNoSenseAreHeldAtTheLeast() {
    let terms = CircuitTerms(failures: 0, firstPause: 0, longestPause: -1)
    #expect(terms.failures == 1 && terms.firstPause == 1 && terms.longestPause == 1)
  }
}
