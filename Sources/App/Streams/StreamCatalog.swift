internal import Contract
internal import Model
internal import Services
internal import Sessions
internal import Wire

/// `/ws-catalog`: the streams, as clients read them.
enum StreamCatalog {
  /// The pattern of every stream's path.
  static let pattern = "/ws/{exchange}/{symbol}/{stream}"

  static func document(
    _ manager: ExchangeManager, feeds: [PublicFeed], keeps: (Feed) -> Bool, names: StreamNames
  ) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("per_exchange_pattern")
    json.string(pattern)
    json.key("streams")
    json.beginObject()
    for stream in PublicStream.all {
      json.key(stream.name)
      json.string(stream.help)
    }
    json.endObject()
    json.key("routes")
    json.beginArray()
    for stream in PublicStream.all { append(stream, manager, to: &json) }
    json.endArray()
    json.key("aggregated")
    json.beginArray()
    for feed in feeds { append(feed, isKept: keeps(feed.feed), to: &json) }
    json.endArray()
    json.key("multiplex")
    append(names, to: &json)
    json.key("examples")
    json.beginArray()
    for connector in manager.connectors { appendExamples(connector, to: &json) }
    for feed in feeds { json.string(feed.path) }
    json.endArray()
    json.endObject()
    return json.take()
  }

  private static func append(_ stream: PublicStream, _ manager: ExchangeManager, to json: inout JSONWriter) {
    json.beginObject()
    json.key("path")
    json.string("/ws/{exchange}/{symbol}/\(stream.name)")
    json.key("query")
    json.beginObject()
    for (name, help) in stream.query {
      json.key(name)
      json.string(help)
    }
    json.endObject()
    json.key("description")
    json.string(stream.help)
    json.key("exchanges")
    json.beginArray()
    for connector in manager.connectors where connector.offers(stream) { json.string(connector.exchange.id.name) }
    json.endArray()
    json.endObject()
  }

  private static func append(_ feed: PublicFeed, isKept: Bool, to json: inout JSONWriter) {
    json.beginObject()
    json.key("path")
    json.string(feed.path)
    json.key("query")
    json.beginObject()
    json.key(feed.query.name)
    json.string(feed.query.help)
    json.endObject()
    json.key("description")
    json.string(feed.help)
    json.key("exchanges")
    json.beginArray()
    for exchange in feed.exchanges { json.string(exchange.name) }
    json.endArray()
    json.key("kept")
    json.bool(isKept)
    json.endObject()
  }

  private static func append(_ names: StreamNames, to json: inout JSONWriter) {
    json.beginObject()
    json.key("path")
    json.string(MultiplexRoutes.pattern)
    json.key("description")
    json.string(
      "many streams over one connection; the client names them in commands, each as what stands behind /ws/ in its "
        + "address, with the same query")
    json.key("commands")
    json.beginObject()
    for (name, help) in MultiplexCommand.catalog {
      json.key(name)
      json.string(help)
    }
    json.endObject()
    json.key("streams")
    json.beginArray()
    for pattern in names.patterns { json.string(pattern) }
    json.endArray()
    json.key("examples")
    json.beginArray()
    for example in MultiplexCommand.examples { json.string(example) }
    json.endArray()
    json.endObject()
  }

  private static func appendExamples(_ connector: ExchangeConnector, to json: inout JSONWriter) {
    let trading = connector.instruments.catalog?.instruments.first { $0.status == .trading }
    guard let symbol = trading?.symbol else { return }
    for stream in PublicStream.all where connector.offers(stream) {
      json.string("/ws/\(connector.exchange.id)/\(symbol)/\(stream.name)")
    }
  }
}

extension ExchangeConnector {
  /// Whether the exchange can feed a stream.
  func offers(_ stream: PublicStream) -> Bool {
    exchange.declaration.capabilities.features.contains(stream.feature)
  }
}
