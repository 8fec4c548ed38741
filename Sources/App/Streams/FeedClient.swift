internal import Net
internal import Services
internal import Wire

/// One WebSocket client of a feed: a bus subscription on one side, the connection's outbox on the other. Belongs to the
/// client's loop.
final class FeedClient: WebSocketHandler, ClientSink {
  private let connection: WebSocketConnection
  private let lane: BusLane
  private var subscription: ClientSubscription?

  /// A client that wants what passes a filter.
  init(_ connection: WebSocketConnection, lane: BusLane, feed: PublicFeed, filter: EventFilter) {
    self.connection = connection
    self.lane = lane
    let form = connection.takesCompressedFrames ? feed.form.compressed : feed.form
    let subscription = ClientSubscription(.feed(feed.feed), form: form, filter: filter, sink: self)
    self.subscription = subscription
    lane.subscribe(subscription)
  }

  // MARK: ClientSink

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}

  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    connection.deliver(event.event, subscription.form)
  }

  /// A bare stream has no words for it.
  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}

  /// No feed ends.
  func ended(_ subscription: ClientSubscription, reason: String) {}

  // MARK: WebSocketHandler

  /// The path says it all: what a client sends is read, so that pings and closes are seen, and has no meaning.
  func received(text: UnsafeRawBufferPointer) {}
  func received(binary: UnsafeRawBufferPointer) {}

  func closed(_ code: WebSocketCloseCode, reason: String) {
    if let subscription { lane.unsubscribe(subscription) }
    subscription = nil
  }
}

extension WebSocketConnection {
  /// Sends an event in a form that is a whole frame.
  func deliver(_ event: EncodedEvent, _ form: EventForm) -> DeliveryOutcome {
    guard let frame = event.frame(form) else { return .queued }
    return DeliveryOutcome(send(frame, conflationKey: event.conflationKey))
  }
}

extension DeliveryOutcome {
  /// What a send came to, for the bus.
  init(_ outcome: SendOutcome) {
    switch outcome {
    case .queued: self = .queued
    case .conflated: self = .conflated
    case .refused: self = .refused
    }
  }
}
