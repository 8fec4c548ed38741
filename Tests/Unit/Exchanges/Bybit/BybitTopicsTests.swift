import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct BybitTopicsTests {
  let bybit = Bybit()
  let bitcoin = BybitTests.instrument("BTCUSDT")

  @Test func namesAreTheDocumentedOnes() {
    let expected: [(Channel, String)] = [
      (.trades, "publicTrade.BTCUSDT"), (.liquidations, "allLiquidation.BTCUSDT"),
      (.candles(.oneMinute), "kline.1.BTCUSDT"), (.candles(Interval(2, .hour)!), "kline.120.BTCUSDT"),
      (.candles(Interval(12, .hour)!), "kline.720.BTCUSDT"), (.candles(Interval(1, .day)!), "kline.D.BTCUSDT"),
      (.candles(Interval(1, .week)!), "kline.W.BTCUSDT"), (.candles(Interval(1, .month)!), "kline.M.BTCUSDT"),
    ]
    for (channel, name) in expected {
      let topic = bybit.upstreamTopic(for: Topic(channel, of: bitcoin))
      #expect(topic?.name == name)
      #expect(topic?.endpoint.path == "/v5/public/linear")
    }
  }

  @Test func noTopicIsOfAllInstruments() {
    for channel in [Channel.trades, .liquidations, .candles(.oneMinute)] {
      #expect(bybit.upstreamTopic(for: Topic(channel, ofAllOn: bybit.id)) == nil)
    }
  }

  @Test func anIntervalTheExchangeLacksHasNoTopic() {
    for text in ["1s", "2m", "10m", "3h", "8h", "3d", "2w", "3M"] {
      #expect(bybit.upstreamTopic(for: Topic(.candles(Interval(text)!), of: bitcoin)) == nil)
    }
  }

  @Test func messagesAreTheDocumentedOnes() {
    let topics = ["kline.1.BTCUSDT", "publicTrade.ETHUSDT"].map {
      UpstreamTopic(StreamEndpoint(name: "linear", path: "/v5/public/linear"), $0)
    }
    #expect(
      bybit.message(.subscribe, topics, request: 7)
        == #"{"req_id":"7","op":"subscribe","args":["kline.1.BTCUSDT","publicTrade.ETHUSDT"]}"#)
    #expect(
      bybit.message(.unsubscribe, [topics[0]], request: 8)
        == #"{"req_id":"8","op":"unsubscribe","args":["kline.1.BTCUSDT"]}"#)
  }
}
