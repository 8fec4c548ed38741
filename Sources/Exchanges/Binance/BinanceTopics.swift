public import Contract
public import Model
import Wire

extension Binance {
  /// Stream names carry the symbol in lower case; a stream that does not exist is acknowledged and then silent, so only
  /// instruments of the list may be asked for.
  public func upstreamTopic(for topic: Topic) -> UpstreamTopic? {
    guard topic.exchange == id else { return nil }
    guard let instrument = topic.instrument else {
      return topic.channel == .liquidations ? UpstreamTopic(Binance.market, "!forceOrder@arr") : nil
    }
    let symbol = instrument.symbol.lowercased()
    switch topic.channel {
    case .trades: return UpstreamTopic(Binance.market, "\(symbol)@aggTrade")
    case .liquidations: return UpstreamTopic(Binance.market, "\(symbol)@forceOrder")
    case .candles(let interval):
      guard Binance.intervals.contains(interval) else { return nil }
      return UpstreamTopic(Binance.market, "\(symbol)@kline_\(interval)")
    }
  }

  /// `{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}`
  public func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String {
    JSONWriter.object { json in
      json.member("method", verb == .subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE")
      json.member("params", topics.map(\.name))
      json.member("id", Int64(request))
    }
  }
}
