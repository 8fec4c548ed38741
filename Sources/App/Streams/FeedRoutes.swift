internal import Net
internal import Services
internal import Wire

/// The WebSocket routes made of several exchanges: `/ws/all/{feed}` and `/ws/oi-vol`.
struct FeedRoutes: Sendable {
  let feeds: [PublicFeed]
  /// The lane of each loop.
  let lanes: [ObjectIdentifier: LoopBound<BusLane>]

  func mount(on table: inout RouteTable) {
    table.addPart(PublicFeed.pattern) { (route) throws(APIError) in
      let name = route.parameters["feed"] ?? ""
      return try answer(route, feeds.first { $0.isOfPattern && $0.name == name }, name)
    }
    for feed in feeds where !feed.isOfPattern {
      table.addPart(feed.path) { (route) throws(APIError) in try answer(route, feed, feed.name) }
    }
  }

  private func answer(_ route: RouteRequest, _ feed: PublicFeed?, _ name: String) throws(APIError) -> RouteAnswer {
    guard let lane = lanes[ObjectIdentifier(route.context.loop)] else {
      throw APIError(.internalFault, "internal error")
    }
    do throws(APIError) {
      guard let feed else {
        let known = feeds.filter(\.isOfPattern).map(\.name).joined(separator: ", ")
        throw APIError(.notFound, "feed '\(name)' is not known; available: \(known)")
      }
      var reader = ParameterReader(route)
      let filter = feed.filter(&reader)
      try reader.check()
      return .webSocket { FeedClient($0, lane: lane.value, feed: feed, filter: filter) }
    } catch {
      // After the handshake, so that a browser can read why.
      let refusal = StreamRefusal(error)
      return .webSocket { RefusedClient($0, refusal) }
    }
  }
}
