internal import Net
internal import Services

/// The lane of each loop: how a route finds the one its client belongs to.
struct ClientLanes: Sendable {
  private let lanes: [ObjectIdentifier: LoopBound<BusLane>]

  /// A lane for each loop, in the same order.
  init(_ lanes: [BusLane], on loops: [EventLoop]) {
    self.lanes = Dictionary(
      uniqueKeysWithValues: zip(loops, lanes).map { (ObjectIdentifier($0), LoopBound($1, loop: $0)) })
  }

  /// The lane of a client's loop.
  func lane(of context: HTTPContext) throws(APIError) -> LoopBound<BusLane> {
    guard let lane = lanes[ObjectIdentifier(context.loop)] else { throw APIError(.internalFault, "internal error") }
    return lane
  }
}
