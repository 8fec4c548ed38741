internal import Contract
internal import Model
internal import PublicJSON
internal import Sessions
internal import Telemetry
internal import Wire

/// `/ready`: whether there is an exchange to serve, and how each of them stands. From memory.
struct ReadyRoute: Sendable {
  private let manager: ExchangeManager
  private let clock: any TimeSource
  private let counters: [ExchangeID: SessionCounters]

  init(manager: ExchangeManager, clock: any TimeSource, metrics: MetricsRegistry) {
    self.manager = manager
    self.clock = clock
    // The same counters that the sessions count with: the registry gives one object a name.
    counters = Dictionary(
      uniqueKeysWithValues: (manager.connectors + manager.feedConnectors).map {
        ($0.exchange.id, SessionCounters(metrics, exchange: $0.exchange.id.name))
      })
  }

  func mount(on table: inout RouteTable) {
    table.add(
      RouteDescription(
        "/ready", "200 when at least one exchange is healthy, else 503 with the same body",
        answer: .json(PublicSchemas.readiness), failures: []), ready)
  }

  private func ready(_ route: RouteRequest) -> RouteAnswer {
    let now = clock.monotonicMilliseconds
    let connectors = manager.demandedConnectors
    let isReady = connectors.contains { $0.isHealthy(now: now) }
    var json = JSONWriter()
    json.beginObject()
    json.key("status")
    json.string(isReady ? "ready" : "not_ready")
    json.key("timestamp")
    json.timestamp(clock.wallClock)
    json.key("exchanges")
    json.beginArray()
    for connector in connectors { append(connector, now: now, to: &json) }
    json.endArray()
    json.endObject()
    var response = HTTPResponse.json(json.take())
    response.status = isReady ? .ok : .serviceUnavailable
    response.headers["Cache-Control"] = "no-store"
    if !isReady { response.headers["Retry-After"] = String(retrySeconds()) }
    return .now(response)
  }

  private func retrySeconds() -> Int64 {
    let pauses = manager.connectors.map { $0.client.standing.pauseMilliseconds ?? 0 }
    return max(APIError.defaultRetrySeconds, ((pauses.min() ?? 0) + 999) / 1000)
  }

  private func append(_ connector: ExchangeConnector, now: Int64, to json: inout JSONWriter) {
    let (streams, standing) = (connector.health.snapshot, connector.client.standing)
    let trouble = connector.trouble(now: now)
    json.beginObject()
    json.key("exchange")
    json.string(connector.exchange.id.name)
    json.key("healthy")
    json.bool(trouble == nil)
    json.key("connections")
    json.integer(Int64(streams.connections))
    json.key("subscriptions")
    json.integer(Int64(streams.subscriptions))
    json.key("last_message_time")
    if let last = streams.lastMessage {
      json.timestamp(clock.wallClock.advanced(byMilliseconds: last - now))
    } else {
      json.null()
    }
    json.key("total_messages")
    json.integer(Int64(clamping: counters[connector.exchange.id]?.totalMessages ?? 0))
    json.key("total_errors")
    json.integer(Int64(clamping: counters[connector.exchange.id]?.totalErrors ?? 0))
    json.key("consecutive_failures")
    json.integer(Int64(standing.consecutiveFailures))
    json.key("circuit_state")
    json.string(standing.circuit.rawValue)
    json.key("cause")
    // A silent stream is named before it makes the exchange unhealthy.
    if let cause = trouble ?? streams.silence { json.string(cause) } else { json.null() }
    json.endObject()
  }
}
