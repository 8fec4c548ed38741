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
    var json = JSONWriter()
    json.beginObject()
    json.key("type")
    json.string(type)
    json.key("coin")
    json.string(instrument.symbol)
    if let interval {
      json.key("interval")
      json.string(interval.description)
    }
    json.endObject()
    return UpstreamTopic(Hyperliquid.endpoint, String(decoding: json.take(), as: UTF8.self))
  }

  /// `{"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}}`: one topic a message, and no number.
  public func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String {
    let method = verb == .subscribe ? "subscribe" : "unsubscribe"
    return #"{"method":"\#(method)","subscription":\#(topics.first?.name ?? "null")}"#
  }
}
