/// What one client wants of one topic. Belongs to the client's loop.
public final class ClientSubscription {
  /// The topic.
  public let topic: BusTopic
  /// The shape the client reads.
  public let form: EventForm
  /// What the client wants of it.
  public let filter: EventFilter
  /// Whether that is every event.
  let takesAll: Bool
  /// Whether the client reads numbers and may come back with one.
  public let isNumbered: Bool
  /// What the client has already.
  public let since: ResumePoint?
  unowned let sink: any ClientSink
  /// Where it stands in its topic's list, or in that of its group; -1 when in none.
  var position = -1
  /// With whom it may be served together.
  var group: SubscriptionGroup?
  /// Whether it is at present.
  var isShared = false
  /// Names it while it waits for its admission; 0 else.
  var ticket: UInt64 = 0

  /// A wish of the given properties; `sink` must outlive the subscription.
  public init(
    _ topic: BusTopic, form: EventForm, filter: EventFilter = .all, isNumbered: Bool = false,
    since: ResumePoint? = nil, sink: any ClientSink
  ) {
    self.topic = topic
    self.form = form
    self.filter = filter
    takesAll = filter == .all
    self.isNumbered = isNumbered
    self.since = since
    self.sink = sink
  }

  /// Whether it has been taken in and has not ended.
  public var isActive: Bool { position >= 0 || ticket != 0 }
}
