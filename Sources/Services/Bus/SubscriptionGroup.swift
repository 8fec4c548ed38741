/// The clients of one topic that want the same of it and may be served together. Belongs to the loop of its lane.
final class SubscriptionGroup {
  let form: EventForm
  let filter: EventFilter
  /// Whether that is every event.
  private let takesAll: Bool
  let port: any ClientGroup
  /// Those that are served together at present.
  var members = SubscriptionList()
  /// Those that may be, the members among them.
  var wisherCount = 0

  init(_ first: ClientSubscription, _ port: any ClientGroup) {
    form = first.form
    filter = first.filter
    takesAll = first.takesAll
    self.port = port
  }

  func wants(_ subscription: ClientSubscription) -> Bool {
    subscription.form == form && subscription.filter == filter
  }

  /// Queues a run for all members. Gives how many events gave way to later states, and how many of the events are queued:
  /// those behind them were refused.
  func deliver(_ run: EventRun) -> (queued: Int, conflated: Int) {
    if run.events.count > 1, takesAll { return deliverWhole(run) }
    var conflated = 0
    for (index, event) in run.events.enumerated() where filter.passes(event.event) {
      guard let frame = event.event.frame(form) else { continue }
      switch port.queue(frame, frames: 1, conflationKey: event.event.conflationKey) {
      case .queued: break
      case .conflated: conflated += 1
      case .refused: return (index, conflated)
      }
    }
    return (run.events.count, conflated)
  }

  private func deliverWhole(_ run: EventRun) -> (queued: Int, conflated: Int) {
    guard let frames = run.frames(form) else { return (run.events.count, 0) }
    guard port.queue(frames.bytes, frames: frames.count, conflationKey: 0) != .refused else { return (0, 0) }
    return (run.events.count, frames.supersededCount)
  }
}
