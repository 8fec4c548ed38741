public import Contract
public import Model
import Wire

extension Hyperliquid {
  /// A topic is named by the JSON that asks for it: `{"type":"candle","coin":"BTC","interval":"1m"}`.
  ///
  /// A coin that does not exist closes the whole connection without a word, so only instruments of the list may be
  /// asked for; delisted ones stay known to the exchange.
  public func upstreamTopic(for topic: Topic) -> UpstreamTopic? {
    guard topic.exchange == id, let instrument = topic.instrument else { return nil }
    switch topic.channel {
    case .trades: return upstreamTopic("trades", instrument)
    case .candles(let interval):
      return Hyperliquid.intervals.contains(interval) ? upstreamTopic("candle", instrument, interval) : nil
    case .liquidations: return nil
    }
  }

  private func upstreamTopic(
    _ type: String, _ instrument: Instrument, _ interval: Interval? = nil
  ) -> UpstreamTopic {
    let name = JSONWriter.object { json in
      json.member("type", type)
      json.member("coin", instrument.symbol)
      if let interval { json.member("interval", interval.description) }
    }
    return UpstreamTopic(Hyperliquid.endpoint, name)
  }

  /// `{"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}}`: one topic a message, and no number.
  public func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String {
    let method = verb == .subscribe ? "subscribe" : "unsubscribe"
    return #"{"method":"\#(method)","subscription":\#(topics.first?.name ?? "null")}"#
  }
}
