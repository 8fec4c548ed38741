internal import Net
internal import Telemetry

/// All metrics of the process: those that were counted into the registry, and the server's own counters, read when
/// somebody asks.
struct ServerMetrics: Sendable {
  private let registry: MetricsRegistry
  private let counters: HTTPServerCounters
  private let upstream: UpstreamMetrics?
  private let process: ProcessMetrics?

  init(
    _ registry: MetricsRegistry, counters: HTTPServerCounters, upstream: UpstreamMetrics? = nil,
    process: ProcessMetrics? = nil
  ) {
    self.registry = registry
    self.counters = counters
    self.upstream = upstream
    self.process = process
  }

  /// The text a Prometheus server reads.
  var prometheusText: [UInt8] {
    update()
    return registry.prometheusText
  }

  /// The same as JSON.
  var jsonText: [UInt8] {
    update()
    return registry.jsonText
  }

  private func update() {
    upstream?.update()
    process?.update()
    show("connections_open", "Client sockets that are open, WebSockets among them.", counters.connectionsOpen.value)
    show("websockets_open", "WebSocket clients.", counters.webSocketsOpen.value)
    count("connections_accepted", "Client sockets accepted.", counters.connectionsAccepted.value)
    count(
      "connections_refused", "Client sockets closed at once: too many of one address.",
      counters.connectionsRefused.value)
    count("accept_pauses", "Times that accepting paused: too many sockets.", counters.acceptPauses.value)
    count("requests", "Requests handed to the routes.", counters.requests.value)
    count("protocol_failures", "Requests that were no HTTP, or over a limit.", counters.protocolFailures.value)
    count("tls_failures", "Clients that did not agree on TLS, or not in time.", counters.tlsFailures.value)
    count("websocket_failures", "Clients that broke the protocol, or fell silent.", counters.webSocketFailures.value)
    count("slow_consumers", "Clients closed because they read too slowly.", counters.slowConsumers.value)
    count("websocket_frames_sent", "Frames sent to clients.", counters.framesSent.value)
    count("bytes_sent", "Bytes sent to clients.", counters.bytesSent.value)
    for statusClass in 1...5 {
      registry.counter(
        "marketgate_responses_total", help: "Responses by status class.", labels: ["status": "\(statusClass)xx"]
      ).raise(to: UInt64(max(0, counters.responses(statusClass: statusClass))))
    }
  }

  private func show(_ name: String, _ help: String, _ value: Int) {
    registry.gauge("marketgate_\(name)", help: help).set(Int64(value))
  }

  private func count(_ name: String, _ help: String, _ value: Int) {
    registry.counter("marketgate_\(name)_total", help: help).raise(to: UInt64(max(0, value)))
  }
}
