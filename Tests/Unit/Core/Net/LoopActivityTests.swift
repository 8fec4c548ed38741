import Testing

@testable import Net

@Suite struct LoopActivityTests {
  @Test func timeSpentWaitingIsNotBusy() {
    let activity = LoopActivity()
    activity.works(nowNanoseconds: 1000)
    activity.waits(nowNanoseconds: 1300)
    #expect(activity.busyNanoseconds(now: 9000) == 300)
    activity.works(nowNanoseconds: 10_000)
    activity.waits(nowNanoseconds: 10_050)
    #expect(activity.busyNanoseconds(now: 20_000) == 350)
  }

  @Test func aTurnThatDoesNotEndIsBusyMeanwhile() {
    let activity = LoopActivity()
    activity.works(nowNanoseconds: 1000)
    activity.waits(nowNanoseconds: 1100)
    activity.works(nowNanoseconds: 5000)
    #expect(activity.busyNanoseconds(now: 5000) == 100)
    #expect(activity.busyNanoseconds(now: 6000) == 1100)
  }

  @Test func sayingTheSameTwiceChangesNothing() {
    let activity = LoopActivity()
    activity.works(nowNanoseconds: 1000)
    activity.works(nowNanoseconds: 1200)
    activity.waits(nowNanoseconds: 1300)
    activity.waits(nowNanoseconds: 1400)
    #expect(activity.busyNanoseconds(now: 1500) == 300)
  }

  @Test func aLoopThatHasNotBegunIsNotBusy() {
    #expect(LoopActivity().busyNanoseconds(now: 1 << 60) == 0)
  }
}
