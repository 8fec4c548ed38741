internal import Contract
internal import Model
internal import PublicJSON
internal import Services
internal import Sessions
internal import Telemetry
internal import Wire

/// What the gateway says of itself, always from memory.
struct SystemRoutes: Sendable {
  let manager: ExchangeManager
  let clock: any TimeSource
  /// `live` or `recording`.
  let source: String
  let metrics: ServerMetrics
  let feeds: [PublicFeed]
  /// What REST can be asked of the past of a feed.
  let keeps: @Sendable (Feed) -> Bool
  let multiplex: MultiplexRoutes

  func mount(on table: inout RouteTable) {
    table.add(
      RouteDescription("/", "what this is; a browser is sent to /console", answer: .json(PublicSchemas.root)), root)
    table.add(
      RouteDescription("/health", "which exchanges are well; always 200", answer: .json(PublicSchemas.health)), health)
    table.add(
      RouteDescription(
        "/exchanges", "what each exchange can be asked",
        answer: .json(.object([.init("exchanges", .array(.named("Exchange")))]))), exchanges())
    table.add(RouteDescription("/ws-catalog", "the WebSocket streams", answer: .json(.any)), streams)
    table.add(
      RouteDescription(
        "/metrics", "counters for Prometheus, or as JSON for whoever prefers application/json",
        answer: .other("text/plain")), metricsAnswer)
  }

  private func root(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    if WebSocketHandshake.isUpgrade(route.request) { return try multiplex.answer(route) }
    let accepted = AcceptedMediaTypes(route.request.headers)
    var response =
      accepted.weight(of: "text", "html") > accepted.weight(of: "application", "json")
      ? HTTPResponse.redirect(to: Page.console.path) : HTTPResponse.json(description)
    response.headers.add("Vary", "Accept")
    return .now(response)
  }

  private var description: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("name")
    json.string("marketgate")
    json.key("version")
    json.string(Version.text)
    json.key("status")
    json.string("operational")
    json.key("docs")
    json.string("/docs")
    json.key("exchanges")
    json.beginArray()
    for connector in manager.connectors { json.string(connector.exchange.id.name) }
    json.endArray()
    json.key("source")
    json.string(source)
    json.endObject()
    return json.take()
  }

  private func health(_ route: RouteRequest) -> RouteAnswer {
    let now = clock.monotonicMilliseconds
    let states = manager.demandedConnectors.map { ($0.exchange.id.name, $0.isHealthy(now: now)) }
    var json = JSONWriter()
    json.beginObject()
    json.key("status")
    json.string(states.allSatisfy(\.1) ? "healthy" : "degraded")
    json.key("exchanges")
    json.beginObject()
    for (name, isHealthy) in states {
      json.key(name)
      json.bool(isHealthy)
    }
    json.endObject()
    json.endObject()
    return .json(json.take())
  }

  /// Declarations do not change while we run.
  private func exchanges() -> RouteHandler {
    let representation = HTTPRepresentation(capabilities)
    return { (_: RouteRequest) throws(APIError) -> RouteAnswer in .now(.json(representation)) }
  }

  private var capabilities: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("exchanges")
    json.beginArray()
    for connector in manager.connectors { CapabilityEncoding.append(connector.exchange.declaration, to: &json) }
    for connector in manager.feedConnectors {
      CapabilityEncoding.append(connector.exchange.declaration, only: .liquidations, to: &json)
    }
    json.endArray()
    json.endObject()
    return json.take()
  }

  private func streams(_ route: RouteRequest) -> RouteAnswer {
    .json(StreamCatalog.document(manager, feeds: feeds, keeps: keeps, names: multiplex.desk.names))
  }

  /// Where both are liked the same the text goes: it is what there has always been, and what `*/*` asks for.
  private func metricsAnswer(_ route: RouteRequest) -> RouteAnswer {
    let accepted = AcceptedMediaTypes(route.request.headers)
    var response: HTTPResponse
    if accepted.weight(of: "application", "json") > accepted.weight(of: "text", "plain") {
      response = .json(metrics.jsonText)
    } else {
      response = HTTPResponse(.ok, body: .bytes(metrics.prometheusText))
      response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    }
    response.headers["Cache-Control"] = "no-store"
    response.headers.add("Vary", "Accept")
    return .now(response)
  }
}
