import Contract
import Model
import PublicJSON
import Services
import Support
import Testing

@testable import App

@Suite struct StreamWishTests {
  @Test func aFeedIsOneTopicOfTheBus() throws {
    let feeds = PublicFeed.all(of: [], Configuration(values: [:]))
    let feed = try #require(feeds.first)
    let all = FeedRequest(feed: feed, filter: .all).wish
    #expect(all.topic == .feed(.liquidations))
    #expect(all.form == .feedLiquidation)
    let five = EventFilter(minimumNotional: FixedDecimal(5))
    #expect(FeedRequest(feed: feed, filter: five).wish.filter == five)
  }
}
