internal import Net
internal import Services
internal import Sessions
internal import Wire

/// The WebSocket routes of one exchange: `/ws/{exchange}/{symbol}/{stream}`.
struct StreamRoutes: Sendable {
  let reader: StreamReader
  let lanes: ClientLanes
  let clock: any TimeSource

  func mount(on table: inout RouteTable) {
    table.addPart(StreamCatalog.pattern, answer)
  }

  private func answer(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let lane = try lanes.lane(of: route.context)
    let request: StreamRequest
    do throws(APIError) {
      request = try reader.stream(route.parameters, route.request.query)
    } catch {
      // After the handshake, so that a browser can read why.
      let refusal = StreamRefusal(error)
      return .webSocket { RefusedClient($0, refusal) }
    }
    return .webSocket { connection in
      let client = StreamClient(connection, lane: lane.value, clock: clock)
      client.start(request, lookup: reader.lookup)
      return client
    }
  }
}
