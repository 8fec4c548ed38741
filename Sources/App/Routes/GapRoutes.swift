internal import Contract
internal import Model
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// `/gaps`: the spans in which a stream did not deliver, and what became of what was missing. From memory.
struct GapRoutes: Sendable {
  let manager: ExchangeManager
  let ledger: GapLedger

  private static let limit = RouteParameter.limit(default: 100, in: 1...1000)
  private static let streams = Channel.Kind.allCases.map(\.publicName)
  private static let states = GapRecord.State.allCases.map(\.rawValue)

  private var lookup: ExchangeLookup { ExchangeLookup(manager: manager) }

  func mount(on table: inout RouteTable) {
    table.add(
      RouteDescription(
        "/gaps", "spans in which a stream did not deliver, the newest, ascending",
        parameters: [
          .query("exchange", .words(lookup.heard.map(\.name)), "of this exchange only, in any case"),
          .query("symbol", .text, "of this instrument only, by the name its exchange has for it"),
          .query("interval", .interval, "of candles of this length only"),
          .query("stream", .words(Self.streams), "of this kind of stream only"),
          .query("state", .words(Self.states), "in this state only"), Self.limit,
        ], answer: .json(.array(.named("Gap"))), failures: [.unknownExchange, .invalidParameter]),
      list)
  }

  private func list(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let query = route.request.query
    func text(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }
    var reader = ParameterReader(route)
    var selection = GapLedgerState.Selection()
    selection.exchange = try lookup.heard(query)
    selection.symbols = text("symbol").map { symbols($0, on: selection.exchange) }
    selection.interval = query["interval"].flatMap { text in
      let interval = Interval(text)
      if interval == nil { reader.fault(.query, "interval", "enum", "Input should be an interval like 1m or 4h", text) }
      return interval
    }
    let stream = reader.choice("stream", of: Self.streams)
    selection.stream = Channel.Kind.allCases.first { $0.publicName == stream }
    selection.state = reader.choice("state", of: Self.states).flatMap { GapRecord.State(rawValue: $0) }
    let limit = Int(reader.integer(Self.limit))
    try reader.check()
    let records = ledger.records(selection, limit: limit)
    let body = HistoryEncoding.array(records, bytesPerRow: 330) { EventEncoding.append($0, to: &$1) }
    var response = HTTPResponse(.ok, body: .shared(body))
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return .now(response)
  }

  /// What the exchanges call it that know it, and the text itself: a record is kept whatever the lists say later.
  private func symbols(_ text: String, on exchange: ExchangeID?) -> Set<String> {
    let asked = (manager.connectors + manager.feedConnectors).filter { exchange == nil || $0.exchange.id == exchange }
    return Set(asked.compactMap { $0.instruments.catalog?.match(text)?.instrument.symbol } + [text])
  }
}
