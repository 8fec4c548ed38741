internal import Contract
internal import Model
internal import Sessions
internal import Telemetry

/// How the exchanges' REST sides stand, as gauges that are set when somebody asks.
struct UpstreamMetrics: Sendable {
  private let registry: MetricsRegistry
  private let manager: ExchangeManager
  private let answers: MarketAnswers
  private let clock: any TimeSource

  init(_ registry: MetricsRegistry, manager: ExchangeManager, answers: MarketAnswers, clock: any TimeSource) {
    self.registry = registry
    self.manager = manager
    self.answers = answers
    self.clock = clock
  }

  /// Sets every gauge to what is so now.
  func update() {
    for connector in manager.connectors + manager.feedConnectors {
      update(connector.exchange.id.name, connector.client.standing)
      update(connector)
    }
    let now = clock.monotonicMilliseconds
    registry.gauge("marketgate_ready", help: "1 when at least one exchange is healthy, as `/ready` says it, else 0.")
      .set(manager.demandedConnectors.contains { $0.isHealthy(now: now) } ? 1 : 0)
    registry.gauge("marketgate_answer_memory_bytes", help: "Encoded answers that are kept to be served again.")
      .set(Int64(answers.keptBytes))
  }

  private func update(_ exchange: String, _ standing: ClientStanding) {
    for budget in standing.budgets {
      set("used", "Request weight spent in the budget's window that ends now.", budget.used, exchange, budget.name)
      set("limit", "Request weight the exchange allows in a window.", budget.limit, exchange, budget.name)
      set("queued", "Requests that wait for their turn in the budget.", budget.queued, exchange, budget.name)
    }
    let end = standing.pauseMilliseconds.map { (clock.wallClock.milliseconds + $0 + 999) / 1000 }
    registry.gauge(
      "marketgate_upstream_paused_until_seconds",
      help: "When the exchange may be asked again, in seconds since 1970; 0 when it may.",
      labels: ["exchange": exchange]
    ).set(end ?? 0)
    registry.gauge(
      "marketgate_upstream_circuit_state",
      help: "Whether the exchange may be asked: 0 closed, it may; 1 half open, one request may; 2 open, it may not.",
      labels: ["exchange": exchange]
    ).set(UpstreamMetrics.number(standing.circuit))
    registry.gauge(
      "marketgate_upstream_memory_bytes", help: "What is kept of the exchange's answers.",
      labels: ["exchange": exchange]
    ).set(Int64(standing.keptBytes))
  }

  private func update(_ connector: ExchangeConnector) {
    let (streams, now) = (connector.health.snapshot, clock.monotonicMilliseconds)
    // Of an exchange in feeds alone nothing is asked before a client wants such a feed.
    let isDemanded = manager.demandedConnectors.contains { $0.exchange.id == connector.exchange.id }
    let last = streams.lastMessage.map { clock.wallClock.advanced(byMilliseconds: $0 - now).milliseconds / 1000 }
    let gauges: [(name: String, help: String, value: Int64)] = [
      (
        "exchange_healthy", "1 when the exchange can be served or nobody asks for it, else 0: `/ready` says why.",
        isDemanded && !connector.isHealthy(now: now) ? 0 : 1
      ),
      ("upstream_connections", "Connections to the exchange's streams that are open.", Int64(streams.connections)),
      ("upstream_subscriptions", "Topics that clients want of the exchange.", Int64(streams.subscriptions)),
      (
        "upstream_last_message_seconds", "When the exchange last sent something, in seconds since 1970; 0: never.",
        last ?? 0
      ),
    ]
    for gauge in gauges {
      let labels: KeyValuePairs = ["exchange": connector.exchange.id.name]
      registry.gauge("marketgate_\(gauge.name)", help: gauge.help, labels: labels).set(gauge.value)
    }
  }

  private func set(_ name: String, _ help: String, _ value: Int, _ exchange: String, _ budget: String) {
    registry.gauge(
      "marketgate_upstream_budget_\(name)", help: help, labels: ["exchange": exchange, "budget": budget]
    ).set(Int64(value))
  }

  private static func number(_ state: CircuitState) -> Int64 {
    switch state {
    case .closed: 0
    case .halfOpen: 1
    case .open: 2
    }
  }
}
