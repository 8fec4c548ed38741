internal import Contract
internal import Model
internal import Net
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// The WebSocket routes of one exchange: `/ws/{exchange}/{symbol}/{stream}`.
struct StreamRoutes: Sendable {
  let lookup: ExchangeLookup
  /// The lane of each loop.
  let lanes: [ObjectIdentifier: LoopBound<BusLane>]
  let largeTradeThreshold: FixedDecimal

  func mount(on table: inout RouteTable) {
    table.addPart(StreamCatalog.pattern, answer)
  }

  private func answer(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    guard let lane = lanes[ObjectIdentifier(route.context.loop)] else {
      throw APIError(.internalFault, "internal error")
    }
    let request: StreamRequest
    do throws(APIError) {
      request = try read(route)
    } catch {
      // After the handshake, so that a browser can read why.
      let refusal = StreamRefusal(error)
      return .webSocket { RefusedClient($0, refusal) }
    }
    return .webSocket { connection in
      let client = StreamClient(connection, lane: lane.value)
      client.start(request, lookup: lookup)
      return client
    }
  }

  private func read(_ route: RouteRequest) throws(APIError) -> StreamRequest {
    let connector = try lookup.exchange(route.parameters["exchange"] ?? "")
    let name = route.parameters["stream"] ?? ""
    guard let stream = PublicStream.all.first(where: { $0.name == name }) else {
      let known = PublicStream.all.map(\.name).joined(separator: ", ")
      throw APIError(.notFound, "stream '\(name)' is not known; available: \(known)")
    }
    guard connector.offers(stream) else {
      throw APIError(.unsupported, "\(connector.exchange.id) does not offer \(stream.name)")
    }
    let intervals = connector.exchange.declaration.capabilities.intervals
    var reader = ParameterReader(route)
    let interval =
      stream.hasInterval ? reader.queryInterval("interval", default: "1m", of: intervals) : Interval.oneMinute
    let minimum = stream.hasMinimum ? reader.notional("min_value_usd") : nil
    try reader.check()
    return StreamRequest(
      connector: connector, stream: stream, symbol: route.parameters["symbol"] ?? "", interval: interval,
      minimumNotional: minimum ?? (stream.form == .largeTrade ? largeTradeThreshold : nil))
  }
}
