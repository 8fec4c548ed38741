import Contract
import Model
import Services
import Support
import Testing

@testable import App

@Suite struct StreamWishTests {
  @Test func aFeedWithoutMinimumLetsEverythingPass() throws {
    let feeds = PublicFeed.all(of: [], Configuration(values: [:]))
    let feed = try #require(feeds.first)
    let all = FeedRequest(feed: feed, minimum: .zero).wish
    #expect(all.topic == .feed(.liquidations))
    #expect(all.filter == .all)
    #expect(FeedRequest(feed: feed, minimum: FixedDecimal(5)).wish.filter.minimumNotional == FixedDecimal(5))
  }
}
