import Testing

@testable import App

@Suite struct RecordedStatisticsTests {
  @Test func topicsWithoutSubscribersAreLeftOut() {
    var statistics = RecordedStatistics()
    statistics.subscribed("a", isSilent: false)
    statistics.subscribed("a", isSilent: false)
    statistics.subscribed("b", isSilent: true)
    statistics.unsubscribed("a")
    statistics.unsubscribed("b")
    statistics.unsubscribed("never")
    #expect(statistics.subscriptionsNow == ["a": 1])
    #expect(statistics.subscriptionsTotal == ["a": 2, "b": 1])
    #expect(statistics.silentSubscriptions == ["b": 1])
  }
}
