import Testing

@testable import Sessions

@Suite struct RateBudgetTests {
  /// What a spender gets who always takes what it may, as soon as it may: the time and the weight of each request.
  private func spend(
    _ budget: inout RateBudget, _ weight: Int, from start: Int64, until end: Int64
  ) -> [(time: Int64, weight: Int)] {
    var (now, spent) = (start, [(time: Int64, weight: Int)]())
    while now < end {
      let wait = budget.take(weight, now: now)
      if wait == 0 { spent.append((now, weight)) }
      now += wait
    }
    return spent
  }

  @Test(arguments: [1, 3, 7, 40]) func noStretchOfAWindowHoldsMoreThanFourFifths(weight: Int) {
    var budget = RateBudget(weightPerWindow: 1000, windowMilliseconds: 60_000)
    let spent = spend(&budget, weight, from: 12_345, until: 400_000)
    // The stretch that begins with each request in turn.
    var (end, used, most) = (0, 0, 0)
    for first in spent {
      while end < spent.count, spent[end].time < first.time + 60_000 {
        used += spent[end].weight
        end += 1
      }
      most = max(most, used)
      used -= first.weight
    }
    #expect(most <= 800)
    // And most of what is allowed is used: four fifths of the weight in each of the six and a half windows.
    #expect(spent.reduce(0) { $0 + $1.weight } > 6 * 700)
  }

  @Test func afterABurstRequestsAreSpread() {
    var budget = RateBudget(weightPerWindow: 1000, windowMilliseconds: 60_000)
    let spent = spend(&budget, 10, from: 0, until: 20_000)
    #expect(spent.count { $0.time == 0 } == 40)
    // 800 in 60 seconds are 10 in 750 milliseconds.
    let later = spent.drop { $0.time == 0 }
    #expect(zip(later, later.dropFirst()).allSatisfy { $1.time - $0.time == 750 })
    #expect(later.count == 26)
  }

  @Test func theWaitIsTheWaitOfAllThatGoBefore() {
    var budget = RateBudget(weightPerWindow: 1000, windowMilliseconds: 60_000)
    for _ in 0..<40 { #expect(budget.take(10, now: 0) == 0) }
    #expect(budget.wait(for: 10, now: 0) == 750)
    #expect(budget.wait(for: 10, behind: 90, now: 0) == 7500)
    #expect(budget.take(10, now: 749) == 1)
    #expect(budget.take(10, now: 750) == 0)
  }

  @Test func whatIsMoreThanAWindowWaitsForFurtherOnes() {
    var budget = RateBudget(weightPerWindow: 100, windowMilliseconds: 1000)
    #expect(budget.wait(for: 10, behind: 800, now: 0) > 9000)
  }

  @Test func theExchangesOwnCountIsBelievedWhenItIsHigher() {
    var budget = RateBudget(weightPerWindow: 100, windowMilliseconds: 60_000)
    #expect(budget.take(10, now: 0) == 0)
    budget.observe(used: 5, now: 1)
    #expect(budget.used(now: 1) == 10)
    budget.observe(used: 80, now: 2)
    #expect(budget.used(now: 2) == 80)
    #expect(budget.take(1, now: 3) > 50_000)
    #expect(budget.take(1, now: 62_000) == 0)
  }

  @Test func aCountThatIsAbsurdFillsTheWindowAndNoMore() {
    var budget = RateBudget(weightPerWindow: 100, windowMilliseconds: 1000)
    budget.observe(used: .max, now: 0)
    budget.observe(used: .min, now: 1)
    #expect(budget.used(now: 1) == 80)
    #expect(budget.take(1, now: 1100) == 0)
  }

  @Test func aRequestHeavierThanTheWindowHasItsTurnWhenTheWindowIsEmpty() {
    var budget = RateBudget(weightPerWindow: 10, windowMilliseconds: 1000)
    #expect(budget.take(50, now: 0) == 0)
    let wait = budget.take(1, now: 1)
    #expect(wait > 0)
    #expect(budget.take(50, now: 3000) == 0)
  }

  @Test(arguments: [(0, 0), (-5, -5), (1, 1), (Int.max, Int64.max)])
  func noFigureOfADeclarationTraps(weight: Int, window: Int64) {
    var budget = RateBudget(weightPerWindow: weight, windowMilliseconds: window)
    #expect(budget.take(1, now: 5) == 0)
    #expect(budget.take(.max, now: 6) >= 0)
    #expect(budget.wait(for: .max, behind: .max, now: 7) >= 0)
  }
}
