public import Model
public import Wire

/// An event with its number in the topic.
public struct NumberedEvent: Sendable {
  /// What to send.
  public let event: EncodedEvent
  /// Grows by one with each event of the topic.
  public let sequence: UInt64

  /// An event of the given number.
  public init(_ event: EncodedEvent, sequence: UInt64) {
    self.event = event
    self.sequence = sequence
  }
}

/// The answer to a `JoinRequest`. What a lane is handed after it comes after it in the topic, too.
public struct Admission: Sendable {
  /// Which request.
  public let ticket: UInt64
  /// Where the subscription begins.
  public let standing: TopicStanding
  /// What is to be known of the topic first.
  public let notices: [StreamNotice]
  /// What it begins with: what was missed, then the current candle.
  public let events: [NumberedEvent]

  /// An answer of the given parts.
  public init(ticket: UInt64, standing: TopicStanding, notices: [StreamNotice], events: [NumberedEvent]) {
    self.ticket = ticket
    self.standing = standing
    self.notices = notices
    self.events = events
  }
}

/// What the clients of one loop are handed.
public enum Delivery: Sendable {
  /// An event for all who want the topic.
  case event(BusTopic, NumberedEvent)
  /// A subscription begins.
  case admission(Admission)
  /// Something to know about a topic.
  case notice(BusTopic, StreamNotice)
  /// A topic is over, for good.
  case end(BusTopic, reason: String)
}

/// The way to the clients of one loop. Implemented by App with the loop's mailbox.
public protocol DeliveryLane: Sendable {
  /// Hands a delivery to the loop; never waits.
  func post(_ delivery: Delivery)
}

/// A client's wish to take part in a topic.
public struct JoinRequest: Sendable {
  /// The topic.
  public let topic: BusTopic
  /// The shape the client reads.
  public let form: EventForm
  /// The lane of the client.
  public let lane: Int
  /// Names the request on its lane.
  public let ticket: UInt64
  /// Whether the client reads numbers and may come back with one.
  public let isNumbered: Bool
  /// What the client has already.
  public let since: ResumePoint?
}

/// What the clients of a loop tell a publisher.
public enum LaneMessage: Sendable {
  /// A client wants a topic; the answer is an `Admission`.
  case join(JoinRequest)
  /// The last client of a lane that wanted a topic in a form has left.
  case leave(BusTopic, EventForm, lane: Int)
}

/// The way to a publisher. Implemented by App with the mailbox of the publisher's loop.
public protocol LaneLine: Sendable {
  /// Hands a message to the publisher's loop; never waits.
  func post(_ message: LaneMessage)
}

/// What the publisher of an exchange is told.
public enum PublisherMessage: Sendable {
  /// By the clients of a loop.
  case lane(LaneMessage)
  /// A feed is made of this channel of all instruments, or no longer.
  case feed(Channel, isWanted: Bool)
  /// The current candle of a topic, asked for because its stream had sent nothing yet; `nil` when it could not be had.
  case snapshot(Topic, Candle?)
  /// What REST has of candles that were missing, and the question it answers; `nil` when it could not be asked.
  case fetched(Topic, question: Int, CandlePage?)
  /// A page of trades that were missing; `nil` when it could not be had.
  case fetchedTrades(Topic, [Trade]?)
  /// The exchange's list of instruments has been loaded, for the first time or again; what has changed in it.
  case listed([InstrumentChange])
}

/// The way to the publisher of one exchange. Implemented by App with the mailbox of the exchange's loop.
public protocol PublisherLine: Sendable {
  /// Hands a message to the exchange's loop; never waits.
  func post(_ message: PublisherMessage)
}

/// What the publisher of the feeds is told.
public enum FeedMessage: Sendable {
  /// By the clients of a loop.
  case lane(LaneMessage)
  /// Events of an exchange, or derived from it.
  case events(Feed, [BusEvent])
  /// What is to be known of an exchange in a feed.
  case notice(Feed, StreamNotice)
}

/// The way to the publisher of the feeds. Implemented by App with the mailbox of its loop.
public protocol FeedLine: Sendable {
  /// Hands a message to the publisher's loop; never waits.
  func post(_ message: FeedMessage)
}

/// What became of an event that was handed to a client.
public enum DeliveryOutcome: Sendable {
  /// It is on its way, or has no form for this client.
  case queued
  /// It took the place of an older state of the same thing, which the client had no time for.
  case conflated
  /// The client can take no more and is being closed.
  case refused
}

/// One client's end of its subscriptions. Belongs to the client's loop.
public protocol ClientSink: AnyObject {
  /// The subscription begins: once, before all else.
  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding)
  /// Queues an event.
  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome
  /// Queues several events at once, all of which the client wants.
  func deliver(_ run: EventRun, of subscription: ClientSubscription) -> RunOutcome
  /// Something to know about the topic.
  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription)
  /// The topic is over, for good: nothing follows, and there is nothing to unsubscribe.
  func ended(_ subscription: ClientSubscription, reason: String)
  /// The client is offered to be served together with others who want the same: through the given group, or a new one
  /// when there is none. It says when that begins, and when it ends, by `BusLane.join` and `BusLane.part`. Gives the
  /// group; `nil` when the client must be served by itself.
  func share(_ group: (any ClientGroup)?, of subscription: ClientSubscription) -> (any ClientGroup)?
}

extension ClientSink {
  /// One by one.
  public func deliver(_ run: EventRun, of subscription: ClientSubscription) -> RunOutcome { .apart }
  /// By itself.
  public func share(_ group: (any ClientGroup)?, of subscription: ClientSubscription) -> (any ClientGroup)? { nil }
}

/// Clients of one loop that want the same of one topic and have nothing else waiting: what they are sent is queued once
/// for all. Implemented by App with Net's `SharedOutbox`. Belongs to the loop.
public protocol ClientGroup: AnyObject {
  /// Queues some whole frames for all who take part; with a key other than 0 an unsent frame of that key gives way. When
  /// refused, nobody was sent anything.
  func queue(_ bytes: SharedBytes, frames: Int, conflationKey: UInt64) -> DeliveryOutcome
  /// All leave, and say so.
  func disband()
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

/// Wakes a publisher once after a while. Implemented by App with a timer of the publisher's loop.
public protocol PublisherAlarm: AnyObject {
  /// Sets the time, in place of one set before.
  func set(afterMilliseconds milliseconds: Int64)
}
