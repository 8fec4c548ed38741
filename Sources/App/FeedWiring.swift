internal import Model
internal import Net
internal import PublicJSON
internal import Services
internal import Sessions

/// What joins the exchanges to feeds, put together on its loop.
struct FeedWiring {
  /// Where clients ask for feeds, and where exchanges bring what they are made of.
  let line: LoopFeedLine
  /// Belongs to its loop.
  private let publisher: LoopBound<FeedPublisher>
  private let loop: EventLoop

  /// Feeds that `memory` keeps are followed from the start, and it sees them first.
  init(
    _ feeds: [PublicFeed], memory: FeedMemory, loop: EventLoop, lanes: [LoopLane], tuning: Tuning,
    telemetry: Instrumentation
  ) {
    let publisher = FeedPublisher(
      lanes: lanes, encoder: EventEncoding(), counters: BusCounters(telemetry.metrics, exchange: "all"),
      exchanges: Dictionary(uniqueKeysWithValues: feeds.map { ($0.feed, $0.exchanges) }),
      held: FeedWiring.held(feeds, memory), linger: tuning.lingerMilliseconds, clock: tuning.clock)
    publisher.observers = [memory]
    publisher.alarm = LoopAlarm(loop) { [weak publisher] in publisher?.wake() }
    line = LoopFeedLine(publisher, loop: loop)
    self.publisher = LoopBound(publisher, loop: loop)
    self.loop = loop
  }

  /// The feeds that are followed though no client wants them: those that are remembered, and those of the spikes and of the
  /// gaps, which cost nothing more, so that a client who comes back hours later finds what it missed.
  private static func held(_ feeds: [PublicFeed], _ memory: FeedMemory) -> Set<Feed> {
    let hasSpikes = feeds.contains { $0.feed == .spikes && !$0.exchanges.isEmpty }
    return memory.feeds.union(hasSpikes ? [.spikes, .gaps] : [.gaps])
  }

  /// Tells it where the exchanges are, before the first client.
  func connect(_ publishers: [ExchangeID: LoopPublisherLine]) {
    let publisher = publisher
    loop.post { publisher.value.publishers = publishers }
  }

  /// Opens the feeds that are followed from the start.
  func start() {
    let publisher = publisher
    loop.post { publisher.value.start() }
  }
}
