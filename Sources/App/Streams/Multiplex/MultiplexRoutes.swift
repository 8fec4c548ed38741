internal import Net
internal import Services

/// The multiplex: `/ws`, and an upgrade on `/`, where the first message says what is wanted.
struct MultiplexRoutes: Sendable {
  static let pattern = "/ws"

  let desk: MultiplexDesk
  let lanes: ClientLanes

  func mount(on table: inout RouteTable) {
    table.addPart(MultiplexRoutes.pattern, answer)
  }

  /// Serves a client, whatever the path.
  func answer(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    let lane = try lanes.lane(of: route.context)
    let desk = desk
    return .webSocket { MultiplexClient($0, lane: lane.value, desk: desk) }
  }
}
