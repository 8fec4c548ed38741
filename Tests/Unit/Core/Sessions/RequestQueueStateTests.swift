import Contract
import Testing

@testable import Sessions

@Suite struct RequestQueueStateTests {
  /// 80 of 100 in a minute, 40 of them at once.
  private static let limits = RESTLimits(
    weightPerWindow: 100, windowMilliseconds: 60_000, usedWeightHeader: nil, candlesPerPage: 1,
    fundingRatesPerPage: 1, openInterestPerPage: 1, defaultPauseMilliseconds: 1000)

  private func request(_ name: String, weight: Int = 10, budget: RequestBudget? = nil) -> UpstreamRequest {
    UpstreamRequest(target: "/\(name)", weight: weight, budget: budget)
  }

  /// A queue whose burst is spent: the next weight of 10 comes after 7.5 seconds.
  private func spentQueue() -> RequestQueueState {
    var queue = RequestQueueState(Self.limits)
    for id in 1...4 {
      let verdict = queue.arrive(id, request("\(id)"), .client, deadline: 1000, now: 0)
      #expect(verdict == .go)
      queue.finish()
    }
    return queue
  }

  @Test func whoCannotWaitIsRefusedAtOnceWithTheTimeItWouldTake() {
    var queue = spentQueue()
    let verdict = queue.arrive(5, request("5"), .client, deadline: 7500, now: 0)
    let error = ExchangeError(.limited, .pause(milliseconds: 7500), "the exchange's request limit is used up")
    #expect(verdict == .refused(error))
    let patient = queue.arrive(6, request("6"), .client, deadline: 7501, now: 0)
    #expect(patient == .wait(until: 7500))
    // Behind the one that waits.
    let next = queue.arrive(7, request("7"), .client, deadline: 15_000, now: 0)
    #expect(next == .refused(ExchangeError(.limited, .pause(milliseconds: 15_000), error.reason)))
  }

  @Test func whenAllHaveLeftNobodyIsAdmitted() {
    var queue = spentQueue()
    for id in 5...7 { _ = queue.arrive(id, request("\(id)"), .client, deadline: 100_000, now: 0) }
    #expect(Set(queue.leaveAll()) == [5, 6, 7] && queue.queued == 0)
    #expect(queue.leaveAll().isEmpty)
    #expect(queue.advance(now: 90_000) == RequestQueueState.Step())
  }

  @Test func turnsComeInOrderOfArrivalAndClientsGoBeforeRepairBeforeMonitors() {
    var queue = spentQueue()
    let arrivals: [(Int, RequestPriority)] = [
      (11, .monitor), (12, .repair), (13, .client), (14, .repair), (15, .client),
    ]
    for (id, priority) in arrivals {
      let verdict = queue.arrive(id, request("\(id)"), priority, deadline: 100_000, now: 0)
      #expect(verdict != .go)
    }
    var order: [Int] = []
    var now: Int64 = 0
    while order.count < 5, now < 200_000 {
      now += 500
      let step = queue.advance(now: now)
      order += step.admitted
      step.admitted.forEach { _ in queue.finish() }
    }
    #expect(order == [13, 15, 12, 14, 11])
  }

  @Test func aNewcomerOfTheSameRankDoesNotOvertake() {
    var queue = spentQueue()
    _ = queue.arrive(5, request("5", weight: 20), .client, deadline: 100_000, now: 0)
    // There would be room for 10 now, but not for the 20 that came first.
    let verdict = queue.arrive(6, request("6", weight: 10), .client, deadline: 100_000, now: 7500)
    #expect(verdict != .go)
    let urgent = queue.arrive(7, request("7", weight: 0), .client, deadline: 100_000, now: 7500)
    #expect(urgent != .go)
  }

  @Test func aRequestThatSomeoneOfHigherRankWantsMovesUp() {
    var queue = spentQueue()
    _ = queue.arrive(5, request("old"), .repair, deadline: 100_000, now: 0)
    _ = queue.arrive(6, request("shared"), .monitor, deadline: 100_000, now: 0)
    queue.raise(request("shared"), to: .client)
    queue.raise(request("nothing"), to: .client)
    #expect(queue.advance(now: 7500).admitted == [6])
    queue.finish()
    #expect(queue.advance(now: 15_000).admitted == [5])
  }

  @Test func whoseTimeIsOverIsRefused() {
    var queue = spentQueue()
    _ = queue.arrive(5, request("5"), .monitor, deadline: 8000, now: 0)
    _ = queue.arrive(6, request("6"), .client, deadline: 90_000, now: 1)
    _ = queue.arrive(7, request("7"), .client, deadline: 90_000, now: 2)
    let step = queue.advance(now: 8000)
    #expect(step.admitted == [6])
    #expect(step.refused[5]?.kind == .limited)
    #expect(step.next == 15_000)
    #expect(queue.queued == 1)
  }

  @Test func whoLeavesIsNoLongerWaitedFor() {
    var queue = spentQueue()
    _ = queue.arrive(5, request("5"), .client, deadline: 90_000, now: 0)
    _ = queue.arrive(6, request("6"), .client, deadline: 90_000, now: 0)
    queue.leave(5)
    queue.leave(99)
    #expect(queue.queued == 1)
    #expect(queue.advance(now: 7500).admitted == [6])
  }

  @Test func aClosedGateRefusesEverybodyUntilItsEnd() {
    let own = RequestBudget(name: "own", weightPerWindow: 10, windowMilliseconds: 1000)
    var queue = spentQueue()
    _ = queue.arrive(5, request("5"), .client, deadline: 500_000, now: 0)
    let refused = queue.close(until: 120_000, reason: "banned", now: 1000)
    #expect(refused == [5: ExchangeError(.limited, .pause(milliseconds: 119_000), "banned")])
    let later = queue.arrive(6, request("6", budget: own), .client, deadline: 500_000, now: 119_999)
    #expect(later == .refused(ExchangeError(.limited, .pause(milliseconds: 1), "banned")))
    // A shorter pause does not open it.
    let again = queue.close(until: 60_000, reason: "slower", now: 2000)
    #expect(again.isEmpty)
    #expect(queue.pause(now: 119_999)?.reason == "banned")
    #expect(queue.pause(now: 120_000) == nil)
    let after = queue.arrive(7, request("7", budget: own), .client, deadline: 500_000, now: 120_000)
    #expect(after == .go)
  }

  @Test func budgetsOfTheirOwnAreSpentApart() {
    let own = RequestBudget(name: "own", weightPerWindow: 10, windowMilliseconds: 60_000)
    var queue = spentQueue()
    let verdict = queue.arrive(5, request("5", weight: 1, budget: own), .client, deadline: 90_000, now: 0)
    #expect(verdict == .go)
    #expect(
      queue.readings(now: 0) == [
        BudgetReading(name: "general", used: 40, limit: 100, queued: 0),
        BudgetReading(name: "own", used: 1, limit: 10, queued: 0),
      ])
  }

  @Test func noMoreThanSoManyAreOnTheirWay() {
    var queue = RequestQueueState(Self.limits)
    let light = request("light", weight: 0)
    for id in 0..<RequestQueueState.maxInFlight {
      let verdict = queue.arrive(id, light, .client, deadline: 1000, now: 0)
      #expect(verdict == .go)
    }
    let verdict = queue.arrive(1000, light, .client, deadline: 1000, now: 0)
    #expect(verdict == .wait(until: 1))
    #expect(queue.advance(now: 1).admitted.isEmpty)
    queue.finish()
    #expect(queue.advance(now: 2).admitted == [1000])
    _ = queue.arrive(1001, light, .client, deadline: 1000, now: 3)
    // It was not the limit that kept this one waiting.
    #expect(queue.advance(now: 1000).refused[1001]?.kind == .timeout)
  }

  @Test func noMoreThanSoManyWait() {
    var queue = spentQueue()
    for id in 0..<RequestQueueState.maxQueued {
      _ = queue.arrive(id + 10, request("w", weight: 0), .client, deadline: 100_000, now: 0)
      if id == 0 { _ = queue.arrive(9, request("heavy"), .client, deadline: 100_000, now: 0) }
    }
    #expect(queue.queued <= RequestQueueState.maxQueued)
    let verdict = queue.arrive(9999, request("w", weight: 0), .client, deadline: 100_000, now: 0)
    guard case .refused(let error) = verdict else {
      Issue.record("not refused")
      return
    }
    #expect(error.kind == .limited)
  }

  @Test func whatTheExchangeSaysIsUsedHoldsBack() {
    var queue = RequestQueueState(Self.limits)
    queue.observe(used: 100, now: 0)
    let verdict = queue.arrive(1, request("1"), .client, deadline: 10_000, now: 0)
    guard case .refused(let error) = verdict, case .pause(let milliseconds) = error.advice else {
      Issue.record("not refused")
      return
    }
    #expect((60_000...61_000).contains(milliseconds))
  }
}
