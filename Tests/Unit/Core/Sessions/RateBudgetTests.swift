import Contract
import Testing

@testable import Sessions

@Suite struct RateBudgetTests {
  @Test func ninetyPercentOfTheWeightMayBeSpentInAWindow() {
    var budget = RateBudget(weightPerWindow: 100, windowMilliseconds: 60_000)
    #expect(budget.take(60, now: 1000) == 0)
    #expect(budget.take(30, now: 2000) == 0)
    #expect(budget.take(1, now: 3000) == 58_000)
    #expect(budget.take(1, now: 60_999) == 1)
    #expect(budget.take(1, now: 61_000) == 0)
    #expect(budget.usedWeight(now: 61_000) == 1)
  }

  @Test func windowsStandOnAGridFromTheFirstUse() {
    var budget = RateBudget(weightPerWindow: 100, windowMilliseconds: 1000)
    #expect(budget.take(90, now: 500) == 0)
    #expect(budget.take(90, now: 2600) == 0)
    #expect(budget.take(1, now: 2600) == 900)
  }

  @Test func theExchangesOwnCountIsBelievedWhenItIsHigher() {
    var budget = RateBudget(weightPerWindow: 100, windowMilliseconds: 1000)
    #expect(budget.take(10, now: 1) == 0)
    budget.observe(used: 5, now: 2)
    #expect(budget.usedWeight(now: 2) == 10)
    budget.observe(used: 90, now: 3)
    #expect(budget.take(1, now: 4) > 0)
    #expect(budget.take(1, now: 1001) == 0)
  }

  @Test func aPauseHoldsEverythingBack() {
    var budget = RateBudget(weightPerWindow: 100, windowMilliseconds: 1000)
    budget.pause(until: 5000)
    budget.pause(until: 3000)
    #expect(budget.pauseEnd(now: 4999) == 5000)
    #expect(budget.take(1, now: 4000) == 1000)
    #expect(budget.pauseEnd(now: 5000) == nil)
    #expect(budget.take(1, now: 5000) == 0)
  }

  @Test func aRequestHeavierThanTheWindowStillHasItsTurn() {
    var budget = RateBudget(weightPerWindow: 10, windowMilliseconds: 1000)
    #expect(budget.take(50, now: 1) == 0)
    #expect(budget.take(1, now: 2) > 0)
    #expect(budget.take(50, now: 1001) == 0)
  }

  @Test func ownBudgetsAreSpentApartAndPausedTogether() {
    let limits = RESTLimits(
      weightPerWindow: 10, windowMilliseconds: 1000, usedWeightHeader: nil, candlesPerPage: 1, fundingRatesPerPage: 1,
      openInterestPerPage: 1, defaultPauseMilliseconds: 1000)
    let own = RequestBudget(name: "statistics", weightPerWindow: 20, windowMilliseconds: 5000)
    var budgets = ExchangeBudgets(limits)
    let general = UpstreamRequest(target: "/a", weight: 9)
    let special = UpstreamRequest(target: "/b", weight: 18, budget: own)
    #expect(budgets.take(general, now: 1) == 0)
    #expect(budgets.take(special, now: 1) == 0)
    #expect(budgets.take(general, now: 2) > 0)
    #expect(budgets.take(special, now: 1001) > 0)
    #expect(budgets.take(general, now: 1001) == 0)
    budgets.pause(until: 9000)
    #expect(budgets.isPaused(now: 8999))
    #expect(budgets.take(special, now: 8000) == 1000)
    budgets.observe(used: 9, now: 9000)
    #expect(budgets.take(general, now: 9000) > 0)
  }
}
