/// The exchange's own form of a topic: where it is streamed, and the text that names it there.
public struct UpstreamTopic: Sendable, Hashable {
  /// Which of the exchange's stream servers carries it.
  public let endpoint: StreamEndpoint
  /// Its name there (`btcusdt@kline_1m`), or the JSON that names it.
  public let name: String

  /// A topic of the given name on an endpoint.
  public init(_ endpoint: StreamEndpoint, _ name: String) {
    self.endpoint = endpoint
    self.name = name
  }
}

/// Whether a message opens or closes topics.
public enum SubscriptionVerb: Sendable {
  /// Data is wanted.
  case subscribe
  /// Data is no longer wanted.
  case unsubscribe
}
