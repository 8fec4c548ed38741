internal import Model
internal import Net
internal import Services
internal import Wire

/// One WebSocket client of a feed: a subscription for each exchange on one side, the connection's outbox on the other.
/// Belongs to the client's loop.
final class FeedClient: WebSocketHandler, ClientSink {
  private let connection: WebSocketConnection
  private let lane: BusLane
  private var subscriptions: [ClientSubscription] = []

  /// A client that wants what is worth at least `minimum`; 0 for everything, that of unknown worth too.
  init(_ connection: WebSocketConnection, lane: BusLane, feed: PublicFeed, minimum: FixedDecimal) {
    self.connection = connection
    self.lane = lane
    let form = connection.takesCompressedFrames ? feed.form.compressed : feed.form
    subscriptions = feed.exchanges.map {
      ClientSubscription(
        Topic(feed.channel, ofAllOn: $0), form: form, minimumNotional: minimum == .zero ? nil : minimum, sink: self)
    }
    for subscription in subscriptions { lane.subscribe(subscription) }
  }

  // MARK: ClientSink

  func deliver(_ event: EncodedEvent, _ form: EventForm) -> Bool {
    guard let frame = event.frame(form) else { return true }
    return connection.send(frame, conflationKey: event.conflationKey)
  }

  // MARK: WebSocketHandler

  /// The path says it all: what a client sends is read, so that pings and closes are seen, and has no meaning.
  func received(text: UnsafeRawBufferPointer) {}
  func received(binary: UnsafeRawBufferPointer) {}

  func closed(_ code: WebSocketCloseCode, reason: String) {
    for subscription in subscriptions { lane.unsubscribe(subscription) }
    subscriptions = []
  }
}
