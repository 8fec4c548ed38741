public import Model

/// An event on its way to the clients of one loop.
public struct Delivery: Sendable {
  /// The topic it was published on.
  public let topic: Topic
  /// What to send.
  public let event: EncodedEvent

  /// A delivery of an event.
  public init(topic: Topic, event: EncodedEvent) {
    self.topic = topic
    self.event = event
  }
}

/// The way to the clients of one loop. Implemented by App with the loop's mailbox.
public protocol DeliveryLane: Sendable {
  /// Hands a delivery to the loop; never waits.
  func post(_ delivery: Delivery)
}

/// What a publisher is told.
public enum PublisherMessage: Sendable {
  /// The first client of a lane wants a topic in a form.
  case open(Topic, EventForm, lane: Int)
  /// The last client of a lane that wanted a topic in a form has left.
  case close(Topic, EventForm, lane: Int)
  /// The current candle of a topic, asked for because its stream had sent nothing yet; `nil` when it could not be had.
  case snapshot(Topic, Candle?)
  /// Closed candles that were missing; empty when they could not be had.
  case fetched(Topic, [Candle])
  /// The exchange's list of instruments has been loaded, for the first time or again.
  case listed
}

/// The way to the publisher of one exchange. Implemented by App with the mailbox of the exchange's loop.
public protocol PublisherLine: Sendable {
  /// Hands a message to the exchange's loop; never waits.
  func post(_ message: PublisherMessage)
}

/// One client's end of a subscription. Belongs to the client's loop.
public protocol ClientSink: AnyObject {
  /// Queues a frame; false when the client can take no more and is being closed.
  func deliver(_ event: EncodedEvent, _ form: EventForm) -> Bool
}

/// Opens and closes topics upstream. Implemented by the exchange's streams.
public protocol TopicSource: AnyObject {
  /// The topic is wanted.
  func open(_ topic: Topic)
  /// The topics are wanted.
  func open(_ topics: [Topic])
  /// The topic is no longer wanted; it may go on for a linger.
  func close(_ topic: Topic)
}

/// What a topic of all instruments is made of.
public enum TopicMembers: Sendable, Equatable {
  /// Cannot be said yet, as the list of instruments is not loaded; `PublisherMessage.listed` tells when it is.
  case unknown
  /// The exchange streams it whole.
  case whole
  /// The sum of the same channel of these instruments.
  case instruments([Instrument])
}

/// Says what the topics of all instruments of one exchange are made of. Implemented by App, which has the list and the
/// settings.
public protocol FeedMembership: Sendable {
  /// The members as they are now; asked again after each `PublisherMessage.listed`.
  func members(of channel: Channel) -> TopicMembers
  /// Whether any client wants a topic of all instruments.
  func demandChanged(_ isWanted: Bool)
}

/// Calls `TopicPublisher.wake` once after a while. Implemented by App with a timer of the exchange's loop.
public protocol PublisherAlarm: AnyObject {
  /// Sets the time, in place of one set before.
  func set(afterMilliseconds milliseconds: Int64)
}
