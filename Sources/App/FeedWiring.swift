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

  init(_ feeds: [PublicFeed], loop: EventLoop, lanes: [LoopLane], tuning: Tuning, telemetry: Instrumentation) {
    let publisher = FeedPublisher(
      lanes: lanes, encoder: EventEncoding(), counters: BusCounters(telemetry.metrics, exchange: "all"),
      exchanges: Dictionary(uniqueKeysWithValues: feeds.map { ($0.feed, $0.exchanges) }),
      // It costs nothing more, and a client who comes back hours later finds what it missed.
      held: feeds.contains { $0.feed == .spikes && !$0.exchanges.isEmpty } ? [.spikes] : [],
      linger: tuning.lingerMilliseconds, clock: tuning.clock)
    publisher.alarm = LoopAlarm(loop) { [weak publisher] in publisher?.wake() }
    line = LoopFeedLine(publisher, loop: loop)
    self.publisher = LoopBound(publisher, loop: loop)
    self.loop = loop
  }

  /// Tells it where the exchanges are, before the first client.
  func start(_ publishers: [ExchangeID: LoopPublisherLine]) {
    let publisher = publisher
    loop.post {
      publisher.value.publishers = publishers
      publisher.value.start()
    }
  }
}
