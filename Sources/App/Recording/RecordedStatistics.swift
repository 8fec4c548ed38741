/// What has happened at a recorded exchange.
public struct RecordedStatistics: Sendable, Equatable {
  /// WebSockets ever opened.
  public internal(set) var connectionsOpened = 0
  /// WebSockets open now.
  public internal(set) var connectionsNow = 0
  /// Messages that subscribed.
  public internal(set) var subscribeMessages = 0
  /// How many sockets are subscribed to each topic now; topics without any are left out.
  public internal(set) var subscriptionsNow: [String: Int] = [:]
  /// How often each topic was ever subscribed to.
  public internal(set) var subscriptionsTotal: [String: Int] = [:]
  /// How often a topic was asked for where it is silent: on a wrong path, or by a name that does not exist.
  public internal(set) var silentSubscriptions: [String: Int] = [:]
  /// REST requests by path, refused ones too.
  public internal(set) var requests: [String: Int] = [:]
  /// Frames of topics sent.
  public internal(set) var framesSent = 0

  mutating func subscribed(_ topic: String, isSilent: Bool) {
    subscriptionsNow[topic, default: 0] += 1
    subscriptionsTotal[topic, default: 0] += 1
    if isSilent { silentSubscriptions[topic, default: 0] += 1 }
  }

  mutating func unsubscribed(_ topic: String) {
    let left = (subscriptionsNow[topic] ?? 0) - 1
    subscriptionsNow[topic] = left > 0 ? left : nil
  }
}
