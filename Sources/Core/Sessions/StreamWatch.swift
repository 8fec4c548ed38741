internal import Contract
internal import Model
internal import Net
internal import Telemetry

/// What the watch of an exchange's streams has done. Called on the loop.
protocol StreamWatchOwner: AnyObject {
  /// Subscribe these anew on the connections they are on.
  func watch(_ watch: StreamWatch, renews names: Set<UpstreamTopic>)
  /// Subscribe these on new connections.
  func watch(_ watch: StreamWatch, moves names: Set<UpstreamTopic>)
  /// These were silent and deliver again.
  func watch(_ watch: StreamWatch, resumed names: [UpstreamTopic])
  /// Our topics that are read from a stream.
  func watch(_ watch: StreamWatch, topicsOf name: UpstreamTopic) -> Set<Topic>
}

/// Obeys `StreamSilenceState` for the streams of one exchange: tells it of messages, asks the witness, says what is
/// found. Belongs to the exchange's loop.
final class StreamWatch {
  /// Events of one instrument, in one state, and channel.
  private struct Flow: Hashable {
    let instrument: UInt
    let channel: Channel

    init(_ event: UnsafePointer<MarketEvent>) {
      switch event.pointee {
      case .trade(let trade): (instrument, channel) = (trade.instrument.address, .trades)
      case .candle(let candle): (instrument, channel) = (candle.instrument.address, .candles(candle.interval))
      case .liquidation(let event): (instrument, channel) = (event.instrument.address, .liquidations)
      }
    }

    /// An instrument has few channels: to feed them too would cost more than it saves.
    func hash(into hasher: inout Hasher) { hasher.combine(instrument) }
  }

  weak var owner: (any StreamWatchOwner)?
  private let exchange: any ExchangeInterface
  private let environment: ExchangeStreams.Environment
  // Without the check of exclusive access, here and below: docs/decisions/0023.
  @exclusivity(unchecked) private var state: StreamSilenceState
  /// Where the state has the stream that events come from; `nil` for one that is not watched.
  @exclusivity(unchecked) private var places: [Flow: Int?] = [:]
  private var timer: LoopTimer?

  init(_ exchange: any ExchangeInterface, environment: ExchangeStreams.Environment) {
    self.exchange = exchange
    self.environment = environment
    state = StreamSilenceState(limits: environment.silence)
  }

  // MARK: From the streams

  /// A stream is wanted, for a topic among others.
  func begin(_ name: UpstreamTopic, for topic: Topic) {
    guard state.place(of: name) == nil else { return }
    state.watch(name, expectation(of: name, for: topic))
    places = [:]
    if timer == nil { rearm() }
  }

  func end(_ names: Set<UpstreamTopic>) {
    state.unwatch(names)
    places = [:]
    report()
  }

  /// The list has been refreshed: instruments may be in another state.
  func listed() { places = [:] }

  func subscribed(_ names: [UpstreamTopic]) { state.subscribed(names, now: now) }

  func interrupted(_ names: Set<UpstreamTopic>) { state.interrupted(names) }

  func refused(_ names: [UpstreamTopic]) {
    state.refused(names)
    report()
  }

  func isSilent(_ name: UpstreamTopic) -> Bool { state.isSilent(name) }

  func stop() {
    timer?.cancel()
    timer = nil
    state = StreamSilenceState(limits: environment.silence)
  }

  /// Events came, one read of a socket: one lookup for each run of events of one stream.
  func received(_ events: [MarketEvent], now: Int64) {
    var last: Flow?
    var resumed: [UpstreamTopic] = []
    // Where they stand: each is too wide to be moved about.
    events.withUnsafeBufferPointer { events in
      guard let first = events.baseAddress else { return }
      for index in events.indices {
        let flow = Flow(first + index)
        if flow == last { continue }
        last = flow
        guard let place = places[flow] ?? findPlace(of: events[index], flow) else { continue }
        if let name = state.heard(at: place, now: now) { resumed.append(name) }
      }
    }
    guard !resumed.isEmpty else { return }
    for name in resumed { environment.logger.info("a stream delivers again", ["stream": name.name]) }
    report()
    owner?.watch(self, resumed: resumed)
  }

  // MARK: Parts

  private var now: Int64 { environment.clock.monotonicMilliseconds }

  private func findPlace(of event: MarketEvent, _ flow: Flow) -> Int? {
    // As the streams choose it: where all instruments come in one, that one.
    let topic = event.topic
    let name =
      exchange.upstreamTopic(for: Topic(topic.channel, ofAllOn: topic.exchange)) ?? exchange.upstreamTopic(for: topic)
    let place = name.flatMap { state.place(of: $0) }
    places[flow] = .some(place)
    return place
  }

  private func expectation(of name: UpstreamTopic, for topic: Topic) -> StreamExpectation {
    guard topic.channel == .liquidations else { return .lively }
    return exchange.upstreamTopic(for: Topic(.liquidations, ofAllOn: topic.exchange)) == name ? .sparse : .nothing
  }

  private func rearm() {
    timer = environment.loop.schedule(afterMilliseconds: environment.silence.period) { [weak self] in self?.look() }
  }

  private func look() {
    timer = nil
    guard !state.isEmpty else { return }
    var renewed: Set<UpstreamTopic> = []
    var moved: Set<UpstreamTopic> = []
    let actions = state.tick(now: now)
    for action in actions {
      switch action {
      case .ask(let name): ask(name)
      case .found(let name, let finding):
        tell(name, finding)
        if finding.step == .resubscribe { renewed.insert(name) }
        if finding.step == .reconnect { moved.insert(name) }
      }
    }
    if !actions.isEmpty { report() }
    if !renewed.isEmpty { owner?.watch(self, renews: renewed) }
    if !moved.isEmpty { owner?.watch(self, moves: moved) }
    rearm()
  }

  private func ask(_ name: UpstreamTopic) {
    guard let witness = environment.witness,
      let instrument = owner?.watch(self, topicsOf: name).compactMap(\.instrument).first
    else { return }
    let watch = LoopBound(WeakWatch(self), loop: environment.loop)
    Task {
      guard let reading = await witness.reading(of: instrument) else { return }
      watch.loop.post { watch.value.watch?.answered(reading, on: name) }
    }
  }

  private func answered(_ reading: TradeReading, on name: UpstreamTopic) {
    state.answered(reading, on: name, now: now)
  }

  private func tell(_ name: UpstreamTopic, _ finding: StreamWatchState.Finding) {
    environment.counters.silence(finding.step)
    let metadata: Logger.Metadata = [
      "stream": name.name, "endpoint": name.endpoint.name, "silent_ms": finding.silence, "step": finding.step.rawValue,
    ]
    switch (finding.step, finding.kind) {
    case (.suspected, _): environment.logger.debug("a stream may have fallen silent", metadata)
    case (.degraded, _): environment.logger.error("a stream has been silent for over a minute", metadata)
    case (_, .fellSilent): environment.logger.warning("a stream fell silent though its connection stands", metadata)
    case (_, .neverDelivered):
      environment.logger.error("a stream delivers nothing though its instrument trades", metadata)
    }
  }

  /// Has others see what is silent.
  private func report() {
    let standing = state.standing
    environment.health.update(silentSince: standing.provenSince, silence: standing.kind?.cause)
  }
}

/// A watch that an answer may come too late for.
private struct WeakWatch {
  private(set) weak var watch: StreamWatch?

  init(_ watch: StreamWatch) {
    self.watch = watch
  }
}

extension StreamWatchState.Kind {
  /// What is amiss, for people.
  var cause: String {
    switch self {
    case .neverDelivered:
      "a stream has delivered nothing since it was subscribed, though its instrument trades: wrong path or symbol"
    case .fellSilent: "a stream has fallen silent though its connection stands"
    }
  }
}
