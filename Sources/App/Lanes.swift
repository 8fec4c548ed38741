internal import Net
internal import Services

/// The bus's way to the clients of one loop.
struct LoopLane: DeliveryLane {
  private let mailbox: Mailbox<Delivery>

  init(_ lane: BusLane, loop: EventLoop) {
    mailbox = Mailbox(loop: loop) { deliveries in
      for delivery in deliveries { lane.receive(delivery) }
    }
  }

  func post(_ delivery: Delivery) { mailbox.post(delivery) }
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
struct LoopFeedLine: FeedLine, LaneLine {
  private let mailbox: Mailbox<FeedMessage>

  init(_ publisher: FeedPublisher, loop: EventLoop) {
    // Weak, as the lanes hold this line and the publisher holds the lanes: whoever wired the feeds keeps the publisher.
    mailbox = Mailbox(loop: loop) { [weak publisher] messages in
      for message in messages { publisher?.handle(message) }
    }
  }

  func post(_ message: FeedMessage) { mailbox.post(message) }
  func post(_ message: LaneMessage) { mailbox.post(.lane(message)) }
}

/// The alarm of a publisher: one timer of its loop. Belongs to the loop.
final class LoopAlarm: PublisherAlarm {
  private let loop: EventLoop
  private let ring: () -> Void
  private var timer: LoopTimer?

  init(_ loop: EventLoop, ring: @escaping () -> Void) {
    self.loop = loop
    self.ring = ring
  }

  func set(afterMilliseconds milliseconds: Int64) {
    timer?.cancel()
    timer = loop.schedule(afterMilliseconds: milliseconds, ring)
  }
}
