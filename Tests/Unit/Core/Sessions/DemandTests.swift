import Testing

@testable import Sessions

@Suite struct DemandTests {
  @Test func theFirstSubscriptionOpensAndTheLastClosesAfterTheLinger() {
    var demand = Demand<String>(linger: 5000)
    #expect(demand.add("a") == true)
    #expect(demand.add("a") == false)
    #expect(demand.count("a") == 2)
    demand.remove("a", now: 100)
    #expect(demand.nextDeadline == nil)
    demand.remove("a", now: 200)
    #expect(demand.nextDeadline == 5200)
    #expect(demand.expire(now: 5199) == [])
    #expect(demand.openTopics == ["a"])
    #expect(demand.expire(now: 5200) == ["a"])
    #expect(demand.openTopics.isEmpty)
    #expect(demand.nextDeadline == nil)
  }

  @Test func comingBackWithinTheLingerOpensNothing() {
    var demand = Demand<String>(linger: 5000)
    _ = demand.add("a")
    demand.remove("a", now: 0)
    #expect(demand.add("a") == false)
    #expect(demand.expire(now: 10_000) == [])
    #expect(demand.count("a") == 1)
  }

  @Test func comingBackAfterTheLingerOpensAgain() {
    var demand = Demand<String>(linger: 5000)
    _ = demand.add("a")
    demand.remove("a", now: 0)
    _ = demand.expire(now: 5000)
    #expect(demand.add("a") == true)
  }

  @Test func removingWhatWasNeverAddedIsIgnored() {
    var demand = Demand<String>(linger: 10)
    demand.remove("a", now: 0)
    #expect(demand.nextDeadline == nil)
    _ = demand.add("a")
    demand.remove("a", now: 0)
    demand.remove("a", now: 5)
    #expect(demand.nextDeadline == 10)
  }

  @Test func eachTopicHasItsOwnLinger() {
    var demand = Demand<String>(linger: 100)
    for topic in ["a", "b", "c"] { _ = demand.add(topic) }
    demand.remove("b", now: 10)
    demand.remove("a", now: 20)
    #expect(demand.nextDeadline == 110)
    #expect(demand.expire(now: 110) == ["b"])
    #expect(demand.nextDeadline == 120)
    #expect(Set(demand.openTopics) == ["a", "c"])
  }
}
