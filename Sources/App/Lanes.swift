public import Net
public import Services

/// The bus's way to the clients of one loop.
public struct LoopLane: DeliveryLane {
  private let mailbox: Mailbox<Delivery>

  /// The way to a lane, which belongs to the loop from here on.
  public init(_ lane: BusLane, loop: EventLoop) {
    mailbox = Mailbox(loop: loop) { lane.receive($0) }
  }

  /// Hands a delivery to the loop; any thread.
  public func post(_ delivery: Delivery) { mailbox.post(delivery) }
}

/// The way to the publisher of one exchange.
struct LoopPublisherLine: PublisherLine, LaneLine {
  private let mailbox: Mailbox<PublisherMessage>

  init(_ publisher: TopicPublisher, loop: EventLoop) {
    // Weak, as the publisher holds this line: whoever wired the exchange keeps the publisher.
    mailbox = Mailbox(loop: loop) { [weak publisher] messages in
      for message in messages { publisher?.handle(message) }
    }
  }

  func post(_ message: PublisherMessage) { mailbox.post(message) }
  func post(_ message: LaneMessage) { mailbox.post(.lane(message)) }
}

/// The way to the publisher of the feeds.
public struct LoopFeedLine: FeedLine, LaneLine {
  private let mailbox: Mailbox<FeedMessage>

  /// The way to a publisher, which belongs to the loop from here on and is kept by others.
  public init(_ publisher: FeedPublisher, loop: EventLoop) {
    // Weak, as the lanes hold this line and the publisher holds the lanes: whoever wired the feeds keeps the publisher.
    mailbox = Mailbox(loop: loop) { [weak publisher] messages in
      for message in messages { publisher?.handle(message) }
    }
  }

  /// Hands a message to the publisher; any thread.
  public func post(_ message: FeedMessage) { mailbox.post(message) }
  /// Hands on what the clients of a loop ask for; any thread.
  public func post(_ message: LaneMessage) { mailbox.post(.lane(message)) }
}

/// The alarm of a publisher: one timer of its loop. Belongs to the loop.
final class LoopAlarm: PublisherAlarm {
  /// How long it may be set for unless told otherwise, in milliseconds; who is woken too early sets it anew.
  static let longestSleep: Int64 = 3_600_000

  private let loop: EventLoop
  private let longest: Int64
  private let ring: () -> Void
  private var timer: LoopTimer?

  init(_ loop: EventLoop, longest: Int64 = LoopAlarm.longestSleep, ring: @escaping () -> Void) {
    self.loop = loop
    self.longest = longest
    self.ring = ring
  }

  func set(afterMilliseconds milliseconds: Int64) {
    timer?.cancel()
    timer = loop.schedule(afterMilliseconds: min(milliseconds, longest), ring)
  }
}
