internal import Net
internal import Services
internal import Sessions
internal import Wire

/// The WebSocket routes made of several exchanges: `/ws/all/{feed}` and `/ws/oi-vol`.
struct FeedRoutes: Sendable {
  let reader: StreamReader
  let lanes: ClientLanes
  let clock: any TimeSource

  func mount(on table: inout RouteTable) {
    table.addPart(PublicFeed.pattern) { (route) throws(APIError) in
      try answer(route) { () throws(APIError) in try reader.feed(route.parameters, route.request.query) }
    }
    for feed in reader.feeds where !feed.isOfPattern {
      table.addPart(feed.path) { (route) throws(APIError) in
        try answer(route) { () throws(APIError) in try reader.feed(feed, route.request.query) }
      }
    }
  }

  private func answer(
    _ route: RouteRequest, _ read: () throws(APIError) -> FeedRequest
  ) throws(APIError) -> RouteAnswer {
    let lane = try lanes.lane(of: route.context)
    do throws(APIError) {
      let wish = try read().wish
      return .webSocket { connection in
        let client = StreamClient(connection, lane: lane.value, clock: clock)
        client.subscribe(wish)
        return client
      }
    } catch {
      // After the handshake, so that a browser can read why.
      let refusal = StreamRefusal(error)
      return .webSocket { RefusedClient($0, refusal) }
    }
  }
}
