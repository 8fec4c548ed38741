internal import Net
internal import Services
internal import Wire

/// The WebSocket routes made of several exchanges: `/ws/all/{feed}`.
struct FeedRoutes: Sendable {
  let reader: StreamReader
  /// The lane of each loop.
  let lanes: [ObjectIdentifier: LoopBound<BusLane>]

  func mount(on table: inout RouteTable) {
    table.addPart(PublicFeed.pattern, answer)
  }

  private func answer(_ route: RouteRequest) throws(APIError) -> RouteAnswer {
    guard let lane = lanes[ObjectIdentifier(route.context.loop)] else {
      throw APIError(.internalFault, "internal error")
    }
    let wish: StreamWish
    do throws(APIError) {
      wish = try reader.feed(route.parameters, route.request.query).wish
    } catch {
      // After the handshake, so that a browser can read why.
      let refusal = StreamRefusal(error)
      return .webSocket { RefusedClient($0, refusal) }
    }
    return .webSocket { FeedClient($0, lane: lane.value, wish: wish) }
  }
}
