internal import Contract
internal import Model
internal import PublicJSON
internal import Sessions
internal import Wire

/// `/quarantine`: the messages of the exchanges that could not be read, newest first. From memory.
struct QuarantineRoute: Sendable {
  let manager: ExchangeManager
  let state: StateStore

  private static let limit = RouteParameter.limit(default: 100, in: 1...1000)

  private struct Row {
    let exchange: ExchangeID
    let frame: QuarantinedFrame
  }

  private var lookup: ExchangeLookup { ExchangeLookup(manager: manager) }

  func mount(on table: inout RouteTable) {
    table.add(
      RouteDescription(
        "/quarantine", "messages of the exchanges that could not be read, newest first",
        parameters: [
          .query("exchange", .words(lookup.heard.map(\.name)), "of this exchange only, in any case"), Self.limit,
        ], answer: .json(.array(PublicSchemas.quarantinedFrame)), failures: [.unknownExchange, .invalidParameter]),
      list)
  }

  private func list(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    var reader = ParameterReader(route)
    let limit = reader.integer(Self.limit)
    let asked = try lookup.heard(route.request.query)
    try reader.check()
    let rows = lookup.heard.filter { asked == nil || $0 == asked }.flatMap { exchange in
      (state.quarantine(of: exchange)?.frames ?? []).reversed().map { Row(exchange: exchange, frame: $0) }
    }
    // A stable order where two came at the same time: `sorted` does not promise one.
    let newest = rows.enumerated().sorted { left, right in
      (right.element.frame.receiveTime, left.offset) < (left.element.frame.receiveTime, right.offset)
    }
    var response = HTTPResponse.json(QuarantineRoute.body(newest.prefix(Int(limit)).map(\.element)))
    response.headers["Cache-Control"] = "no-store"
    return .now(response)
  }

  private static func body(_ rows: [Row]) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for row in rows {
      json.beginObject()
      json.key("exchange")
      json.string(row.exchange.name)
      json.key("received_at")
      json.timestamp(row.frame.receiveTime)
      row.frame.appendMembers(to: &json)
      json.endObject()
    }
    json.endArray()
    return json.take()
  }
}
