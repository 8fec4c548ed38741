import Contract
import Exchanges
import Model
import Testing
import Wire

@Suite struct OkxTopicsTests {
  let okx = Okx()
  let bitcoin = OkxTests.instrument("BTC-USDT-SWAP")

  @Test func topicsAreTheDocumentedObjectsOnTheirServers() {
    let expected: [(Channel, String, String)] = [
      (.trades, "/ws/v5/public", #"{"channel":"trades","instId":"BTC-USDT-SWAP"}"#),
      (.liquidations, "/ws/v5/public", #"{"channel":"liquidation-orders","instType":"SWAP"}"#),
      (.candles(.oneMinute), "/ws/v5/business", #"{"channel":"candle1m","instId":"BTC-USDT-SWAP"}"#),
      (.candles(Interval("4h")!), "/ws/v5/business", #"{"channel":"candle4H","instId":"BTC-USDT-SWAP"}"#),
      (.candles(Interval("6h")!), "/ws/v5/business", #"{"channel":"candle6Hutc","instId":"BTC-USDT-SWAP"}"#),
      (.candles(Interval("1M")!), "/ws/v5/business", #"{"channel":"candle1Mutc","instId":"BTC-USDT-SWAP"}"#),
    ]
    for (channel, path, name) in expected {
      let topic = okx.upstreamTopic(for: Topic(channel, of: bitcoin))
      #expect(topic?.name == name && topic?.endpoint.path == path)
    }
  }

  @Test func theLiquidationsOfAllAreTheSameTopicAsThoseOfOne() {
    let all = okx.upstreamTopic(for: Topic(.liquidations, ofAllOn: okx.id))
    #expect(all != nil && all == okx.upstreamTopic(for: Topic(.liquidations, of: bitcoin)))
    #expect(okx.upstreamTopic(for: Topic(.trades, ofAllOn: okx.id)) == nil)
    #expect(okx.upstreamTopic(for: Topic(.candles(.oneMinute), ofAllOn: okx.id)) == nil)
  }

  @Test func anIntervalTheExchangeLacksHasNoTopic() {
    for text in ["1s", "2m", "8h", "3d", "2w"] {
      #expect(okx.upstreamTopic(for: Topic(.candles(Interval(text)!), of: bitcoin)) == nil)
    }
  }

  @Test func messagesAreTheDocumentedOnes() throws {
    let topics = [Channel.trades, .liquidations].compactMap { okx.upstreamTopic(for: Topic($0, of: bitcoin)) }
    #expect(
      okx.message(.subscribe, topics, request: 7)
        == #"{"id":"7","op":"subscribe","args":[{"channel":"trades","instId":"BTC-USDT-SWAP"},"#
        + #"{"channel":"liquidation-orders","instType":"SWAP"}]}"#)
    #expect(okx.message(.unsubscribe, [], request: 8) == #"{"id":"8","op":"unsubscribe","args":[]}"#)
  }

  @Test func aSymbolCannotBreakOutOfItsTopic() throws {
    let odd = okx.upstreamTopic(for: Topic(.trades, of: OkxTests.instrument(#"A","x":"B"#)))
    let message = okx.message(.subscribe, [try #require(odd)], request: 1)
    #expect(try JSONValue(parsing: message)["args"]?[0]?["instId"]?.string == #"A","x":"B"#)
  }
}
