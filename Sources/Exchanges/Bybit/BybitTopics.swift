public import Contract
public import Model
import Wire

extension Bybit {
  /// `kline.1.BTCUSDT`, `publicTrade.BTCUSDT`, `allLiquidation.BTCUSDT`. No topic is of all instruments; a topic that does
  /// not exist makes the exchange refuse the whole message.
  public func upstreamTopic(for topic: Topic) -> UpstreamTopic? {
    guard topic.exchange == id, let symbol = topic.instrument?.symbol else { return nil }
    switch topic.channel {
    case .trades: return UpstreamTopic(Bybit.linear, "publicTrade.\(symbol)")
    case .liquidations: return UpstreamTopic(Bybit.linear, "allLiquidation.\(symbol)")
    case .candles(let interval):
      guard let word = Bybit.intervals.first(where: { $0.interval == interval })?.word else { return nil }
      return UpstreamTopic(Bybit.linear, "kline.\(word).\(symbol)")
    }
  }

  /// `{"req_id":"1","op":"subscribe","args":["kline.1.BTCUSDT"]}`
  public func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String {
    JSONWriter.object { json in
      json.member("req_id", String(request))
      json.member("op", verb == .subscribe ? "subscribe" : "unsubscribe")
      json.member("args", topics.map(\.name))
    }
  }
}
