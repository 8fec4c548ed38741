internal import Model
public import Telemetry

/// What is counted of the topics of one exchange and channel, or of one feed.
struct TopicCounters: Sendable {
  let subscriptions: Gauge
  let conflated: Counter
  let slowConsumers: Counter
}

/// What is counted of deliveries to clients, by kind of topic: a series for each instrument would be too many.
public struct BusMetrics: Sendable {
  private let registry: MetricsRegistry

  /// Counts in a registry.
  public init(_ registry: MetricsRegistry) {
    self.registry = registry
  }

  func counters(of topic: BusTopic) -> TopicCounters {
    let labels: KeyValuePairs = ["exchange": BusMetrics.exchange(of: topic), "topic": BusMetrics.kind(of: topic)]
    return TopicCounters(
      subscriptions: registry.gauge(
        "marketgate_client_subscriptions", help: "Subscriptions of clients.", labels: labels),
      conflated: registry.counter(
        "marketgate_conflated_events_total", help: "Open candles that gave way to a later state before they were sent.",
        labels: labels),
      slowConsumers: registry.counter(
        "marketgate_slow_subscriptions_total", help: "Subscriptions that ended as their client could take no more.",
        labels: labels))
  }

  private static func exchange(of topic: BusTopic) -> String {
    switch topic {
    case .market(let topic): topic.exchange.name
    case .feed: "all"
    }
  }

  private static func kind(of topic: BusTopic) -> String {
    switch topic {
    case .feed(let feed): feed.rawValue
    case .market(let topic):
      switch topic.channel {
      case .trades: "trades"
      case .candles: "candles"
      case .liquidations: "liquidations"
      }
    }
  }
}
