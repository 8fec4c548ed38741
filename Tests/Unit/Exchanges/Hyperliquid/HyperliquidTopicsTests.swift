import Contract
import Exchanges
import Model
import Testing
import Wire

@Suite struct HyperliquidTopicsTests {
  let hyperliquid = Hyperliquid()
  let coin = HyperliquidTests.instrument("kPEPE", base: "1000PEPE")

  @Test func topicsAreTheJSONThatAsksForThem() {
    let expected: [(Channel, String)] = [
      (.trades, #"{"type":"trades","coin":"kPEPE"}"#),
      (.candles(.oneMinute), #"{"type":"candle","coin":"kPEPE","interval":"1m"}"#),
      (.candles(Interval(1, .month)!), #"{"type":"candle","coin":"kPEPE","interval":"1M"}"#),
    ]
    for (channel, name) in expected {
      let topic = hyperliquid.upstreamTopic(for: Topic(channel, of: coin))
      #expect(topic?.name == name)
      #expect(topic?.endpoint.path == "/ws")
    }
  }

  @Test func aNameIsQuotedAsJSON() throws {
    let odd = HyperliquidTests.instrument("A\"B\\")
    let topic = try #require(hyperliquid.upstreamTopic(for: Topic(.trades, of: odd)))
    #expect(try JSONValue(parsing: topic.name)["coin"]?.string == "A\"B\\")
  }

  @Test func thereAreNoLiquidationsAndNoIntervalsItLacks() {
    #expect(hyperliquid.upstreamTopic(for: Topic(.liquidations, of: coin)) == nil)
    #expect(hyperliquid.upstreamTopic(for: Topic(.liquidations, ofAllOn: hyperliquid.id)) == nil)
    #expect(hyperliquid.upstreamTopic(for: Topic(.trades, ofAllOn: hyperliquid.id)) == nil)
    for text in ["6h", "1s", "2m", "3w"] {
      #expect(hyperliquid.upstreamTopic(for: Topic(.candles(Interval(text)!), of: coin)) == nil)
    }
  }

  @Test func aMessageNamesOneTopicAndCarriesNoNumber() throws {
    let topic = try #require(hyperliquid.upstreamTopic(for: Topic(.trades, of: coin)))
    #expect(
      hyperliquid.message(.subscribe, [topic], request: 7)
        == #"{"method":"subscribe","subscription":{"type":"trades","coin":"kPEPE"}}"#)
    #expect(
      hyperliquid.message(.unsubscribe, [topic], request: 8)
        == #"{"method":"unsubscribe","subscription":{"type":"trades","coin":"kPEPE"}}"#)
    #expect(try JSONValue(parsing: hyperliquid.message(.subscribe, [], request: 1))["subscription"] == .null)
  }
}
