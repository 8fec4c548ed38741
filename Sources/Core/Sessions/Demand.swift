/// Which topics are wanted: the first subscription opens a topic, the last one closes it after a linger, so that a page
/// reload or a reconnecting bot does not close and open it upstream.
public struct Demand<Topic: Hashable> {
  private var counts: [Topic: Int] = [:]
  private var lingering: [Topic: Int64] = [:]
  /// How long a topic stays open without a subscription, in milliseconds.
  public let linger: Int64

  /// No demand.
  public init(linger: Int64) {
    self.linger = linger
  }

  /// The topics that are to be open: subscribed, or within their linger.
  public var openTopics: [Topic] { Array(counts.keys) + Array(lingering.keys) }

  /// Subscriptions of a topic.
  public func count(_ topic: Topic) -> Int { counts[topic, default: 0] }

  /// Notes a subscription; true when the topic must now be opened.
  public mutating func add(_ topic: Topic) -> Bool {
    if let count = counts[topic] {
      counts[topic] = count + 1
      return false
    }
    counts[topic] = 1
    return lingering.removeValue(forKey: topic) == nil
  }

  /// Notes that a subscription ended. One that was never noted is ignored.
  public mutating func remove(_ topic: Topic, now: Int64) {
    guard let count = counts[topic] else { return }
    if count > 1 {
      counts[topic] = count - 1
    } else {
      counts[topic] = nil
      lingering[topic] = now + linger
    }
  }

  /// When `expire` next has something to do; `nil` when nothing lingers.
  public var nextDeadline: Int64? { lingering.values.min() }

  /// Takes out the topics whose linger is over: they must now be closed.
  public mutating func expire(now: Int64) -> [Topic] {
    let over = lingering.filter { $0.value <= now }.map(\.key)
    for topic in over { lingering[topic] = nil }
    return over
  }
}
