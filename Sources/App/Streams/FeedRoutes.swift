internal import Model
internal import Net
internal import Services
internal import Wire

/// The WebSocket routes made of several exchanges: `/ws/all/{feed}`.
struct FeedRoutes: Sendable {
  let feeds: [PublicFeed]
  /// The lane of each loop.
  let lanes: [ObjectIdentifier: LoopBound<BusLane>]

  func mount(on table: inout RouteTable) {
    table.addPart(PublicFeed.pattern, answer)
  }

  private func answer(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    guard let lane = lanes[ObjectIdentifier(route.context.loop)] else {
      throw APIError(.internalFault, "internal error")
    }
    let wish: (feed: PublicFeed, minimum: FixedDecimal)
    do throws(APIError) {
      wish = try read(route)
    } catch {
      // After the handshake, so that a browser can read why.
      let refusal = StreamRefusal(error)
      return .webSocket { RefusedClient($0, refusal) }
    }
    return .webSocket { FeedClient($0, lane: lane.value, feed: wish.feed, minimum: wish.minimum) }
  }

  private func read(_ route: RouteRequest) throws(APIError) -> (feed: PublicFeed, minimum: FixedDecimal) {
    let name = route.parameters["feed"] ?? ""
    guard let feed = feeds.first(where: { $0.name == name }) else {
      let known = feeds.map(\.name).joined(separator: ", ")
      throw APIError(.notFound, "feed '\(name)' is not known; available: \(known)")
    }
    var reader = ParameterReader(route)
    let minimum = reader.notional("min_value_usd")
    try reader.check()
    return (feed, minimum ?? feed.standardMinimum)
  }
}
