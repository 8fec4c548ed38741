import Contract
import Exchanges
import Model
import Support
import Testing
import Wire

@Suite struct BinanceTopicsTests {
  let binance = Binance()
  let bitcoin = BinanceTests.instrument("BTCUSDT")

  @Test func namesAreLowerCaseAndAllOnTheMarketServer() {
    let expected: [(Channel, String)] = [
      (.trades, "btcusdt@aggTrade"), (.liquidations, "btcusdt@forceOrder"),
      (.candles(.oneMinute), "btcusdt@kline_1m"), (.candles(Interval(1, .month)!), "btcusdt@kline_1M"),
    ]
    for (channel, name) in expected {
      let topic = binance.upstreamTopic(for: Topic(channel, of: bitcoin))
      #expect(topic?.name == name)
      #expect(topic?.endpoint.path == "/market/stream")
    }
  }

  @Test func aSymbolOfAnotherScriptKeepsItsCharacters() {
    let topic = binance.upstreamTopic(for: Topic(.trades, of: BinanceTests.instrument("币安人生USDT")))
    #expect(topic?.name == "币安人生usdt@aggTrade")
  }

  @Test func onlyLiquidationsCanBeHadOfAllSymbols() {
    let id = binance.id
    #expect(binance.upstreamTopic(for: Topic(.liquidations, ofAllOn: id))?.name == "!forceOrder@arr")
    #expect(binance.upstreamTopic(for: Topic(.trades, ofAllOn: id)) == nil)
    #expect(binance.upstreamTopic(for: Topic(.candles(.oneMinute), ofAllOn: id)) == nil)
  }

  @Test func anIntervalTheExchangeLacksHasNoTopic() {
    for text in ["1s", "2m", "10m", "3h", "2d", "2w", "3M"] {
      let interval = Interval(text)!
      #expect(binance.upstreamTopic(for: Topic(.candles(interval), of: bitcoin)) == nil)
    }
  }

  @Test func messagesAreTheDocumentedOnes() {
    let topics = ["btcusdt@aggTrade", "币安人生usdt@kline_1m"].map {
      UpstreamTopic(StreamEndpoint(name: "market", path: "/market/stream"), $0)
    }
    #expect(
      binance.message(.subscribe, topics, request: 7)
        == #"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade","币安人生usdt@kline_1m"],"id":7}"#)
    #expect(
      binance.message(.unsubscribe, [topics[0]], request: 8)
        == #"{"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":8}"#)
  }
}
