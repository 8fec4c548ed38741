import Contract
import Testing

@testable import Sessions

@Suite struct AttemptBudgetTests {
  private static func limits(_ attempts: Int, window: Int64) -> StreamLimits {
    StreamLimits(
      topicsPerConnection: 1, topicsPerMessage: 1, messageSpacingMilliseconds: 0, attemptsPerWindow: attempts,
      attemptWindowMilliseconds: window, lifetimeMilliseconds: nil, ping: .frame(everyMilliseconds: 20_000),
      refusesWholeMessage: false)
  }

  @Test func theWindowsAttemptsAreMadeAtOnceAndTheNextWaits() {
    var budget = AttemptBudget(Self.limits(3, window: 1000))
    #expect([0, 10, 20].map { budget.attempt(now: $0) } == [nil, nil, nil])
    // A tenth is added, as they reach the exchange later than they are made.
    #expect(budget.attempt(now: 30) == 1100)
    #expect(budget.attempt(now: 1099) == 1100)
    #expect(budget.attempt(now: 1100) == nil)
    #expect(budget.attempt(now: 1100) == 1110)
  }

  /// Whoever comes whenever: no window of the exchange ever holds more than it allows.
  @Test func noWindowHoldsMoreThanItsAttempts() {
    let (limit, window) = (5, 1000 as Int64)
    var random = SplitMix64(seed: 3)
    var budget = AttemptBudget(Self.limits(limit, window: window))
    var made: [Int64] = []
    var now: Int64 = 0
    for _ in 0..<2000 {
      now += Int64.random(in: 0...120, using: &random)
      if let free = budget.attempt(now: now) {
        // It is worth coming again at that time.
        now = free
        if budget.attempt(now: now) != nil { Issue.record("not free when it said") }
      }
      made.append(now)
    }
    #expect(zip(made, made.dropFirst(limit)).allSatisfy { $1 - $0 >= window })
    #expect(made.count == 2000)
  }

  @Test func anExchangeThatAllowsNoneIsStillTried() {
    var budget = AttemptBudget(Self.limits(0, window: 100))
    #expect(budget.attempt(now: 0) == nil)
    #expect(budget.attempt(now: 0) == 110)
  }
}
