import Model
import Support
import Testing

@testable import Services

@Suite struct BusTopicTests {
  @Test func aTopicIsNamedAsItsStream() {
    #expect("\(BusTopic.market(Topic(.trades, of: ToyExchange.alpha)))" == "toy/ALPHAUSD/trades")
    #expect("\(BusTopic.feed(.largeTrades))" == "all/large_trades")
  }

  @Test func everyFeedOfAChannelIsTheFeedThatCarriesIt() {
    for feed in Feed.allCases {
      if let channel = feed.channel { #expect(Feed(carrying: channel) == feed) }
    }
    #expect(Feed(carrying: .candles(.oneMinute)) == nil)
  }
}
