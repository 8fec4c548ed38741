public import Contract
public import Model
import Wire

extension Okx {
  /// Topics are objects: `{"channel":"candle1m","instId":"BTC-USDT-SWAP"}`. Liquidations are one topic for all swaps,
  /// coin-margined ones among them, and so is that of one.
  public func upstreamTopic(for topic: Topic) -> UpstreamTopic? {
    guard topic.exchange == id else { return nil }
    switch (topic.channel, topic.instrument) {
    case (.liquidations, _):
      return UpstreamTopic(Okx.publicStreams, #"{"channel":"liquidation-orders","instType":"SWAP"}"#)
    case (.trades, let instrument?): return UpstreamTopic(Okx.publicStreams, argument("trades", instrument))
    case (.candles(let interval), let instrument?):
      guard let bar = Okx.intervals.first(where: { $0.interval == interval })?.bar else { return nil }
      return UpstreamTopic(Okx.business, argument("candle\(bar)", instrument))
    default: return nil
    }
  }

  private func argument(_ channel: String, _ instrument: Instrument) -> String {
    JSONWriter.object { json in
      json.member("channel", channel)
      json.member("instId", instrument.symbol)
    }
  }

  /// `{"id":"1","op":"subscribe","args":[{"channel":"candle1m","instId":"BTC-USDT-SWAP"}]}`; each topic is answered for
  /// itself, with the same `id`.
  public func message(_ verb: SubscriptionVerb, _ topics: [UpstreamTopic], request: Int) -> String {
    let word = verb == .subscribe ? "subscribe" : "unsubscribe"
    return #"{"id":"\#(request)","op":"\#(word)","args":[\#(topics.map(\.name).joined(separator: ","))]}"#
  }
}
