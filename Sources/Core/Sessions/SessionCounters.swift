internal import Contract
internal import Model
public import Telemetry

/// What is counted of an exchange's streams.
public struct SessionCounters: Sendable {
  let messages: Counter
  let events: Counter
  let undecodable: Counter
  let leftOut: Counter
  let unknownInstruments: Counter
  let unrepresentable: Counter
  let unknownFields: Counter
  let unknownMessages: Counter
  let connects: Counter
  let closes: Counter
  let subscribeMessages: Counter
  let refusedTopics: Counter
  let outages: Counter
  let rolls: Counter
  let repeatedEvents: Counter
  private let lag: Histogram
  private let silences: [StreamWatchState.Step: Counter]

  /// The counters of an exchange, registered under its name.
  public init(_ registry: MetricsRegistry, exchange: String) {
    func counter(_ name: String, _ help: String) -> Counter {
      registry.counter("marketgate_upstream_\(name)_total", help: help, labels: ["exchange": exchange])
    }
    messages = counter("messages", "Messages received from the exchange.")
    events = counter("events", "Events decoded from them.")
    undecodable = counter("undecodable_messages", "Messages that are not what the exchange documents; skipped.")
    leftOut = counter("left_out_events", "Events left out on purpose: another product on the same stream.")
    unknownInstruments = counter("unknown_instruments", "Events for instruments that the list does not have.")
    unrepresentable = counter("unrepresentable_numbers", "Numbers too long for the decimal type, given as null.")
    unknownFields = counter("unknown_fields", "Members of messages that the decoder has no name for; skipped.")
    unknownMessages = counter("unknown_messages", "Messages without meaning: of a kind not asked for, or of none.")
    connects = counter("connects", "Connections attempted.")
    closes = counter("closes", "Connections that ended, or could not be made.")
    subscribeMessages = counter("subscribe_messages", "Subscribe and unsubscribe messages sent.")
    refusedTopics = counter("refused_topics", "Topics the exchange refused.")
    outages = counter(
      "stream_outages", "Times the exchange's streams failed again and again, and were asked for less often.")
    rolls = counter("rolls", "Connections that were succeeded by another before the exchange cuts them.")
    repeatedEvents = counter("repeated_events", "Events that the other of two such connections had brought already.")
    lag = registry.histogram(
      "marketgate_upstream_lag_seconds",
      help: "From the exchange's time of a trade or liquidation to its receipt: of the last one of each read.",
      labels: ["exchange": exchange])
    silences = Dictionary(
      uniqueKeysWithValues: StreamWatchState.Step.allCases.map { step in
        let counter = registry.counter(
          "marketgate_stream_silences_total", help: "Silent streams on connections that stand, by what was done.",
          labels: ["exchange": exchange, "step": step.rawValue])
        return (step, counter)
      })
  }

  /// Counts what one read of the socket has brought. As a rule that is events and nothing else.
  func came(_ buffer: borrowing EventBuffer) {
    if !buffer.events.isEmpty {
      events.increment(by: UInt64(buffer.events.count))
      observeLag(buffer.events)
    }
    if buffer.leftOut > 0 { leftOut.increment(by: UInt64(buffer.leftOut)) }
    if buffer.unknownInstruments > 0 { unknownInstruments.increment(by: UInt64(buffer.unknownInstruments)) }
    if buffer.unrepresentable > 0 { unrepresentable.increment(by: UInt64(buffer.unrepresentable)) }
    if buffer.unknownFields > 0 { unknownFields.increment(by: UInt64(buffer.unknownFields)) }
    if buffer.unknownMessages > 0 { unknownMessages.increment(by: UInt64(buffer.unknownMessages)) }
  }

  /// Counts how late the last event came that bears the exchange's time and is news. A clock of ours that is behind the
  /// exchange's shows as no lag: the sum of a histogram must not fall.
  private func observeLag(_ events: [MarketEvent]) {
    // By index and borrowed: an iterator would copy each event.
    for index in events.indices.reversed() {
      guard let microseconds = SessionCounters.lag(of: events[index]) else { continue }
      return lag.observe(max(0, microseconds))
    }
  }

  private static func lag(of event: borrowing MarketEvent) -> Int64? {
    switch event {
    case .trade(let trade):
      trade.isRepeat ? nil : trade.receiveTime.microseconds - trade.exchangeTime.microseconds
    case .liquidation(let liquidation):
      liquidation.receiveTime.microseconds - liquidation.exchangeTime.microseconds
    case .candle: nil
    }
  }

  func silence(_ step: StreamWatchState.Step) { silences[step]?.increment() }

  /// Messages received so far.
  public var totalMessages: UInt64 { messages.value }

  /// Messages that could not be read, and topics that were refused.
  public var totalErrors: UInt64 { undecodable.value + refusedTopics.value }
}

/// What is counted of the requests to an exchange.
public struct ClientCounters: Sendable {
  private let registry: MetricsRegistry
  private let exchange: String
  private let answers: [Counter]
  private let joins: Counter
  private let reuses: Counter
  private let circuitOpenings: Counter

  /// The counters of an exchange, registered under its name.
  public init(_ registry: MetricsRegistry, exchange: String) {
    self.registry = registry
    self.exchange = exchange
    joins = registry.counter(
      "marketgate_upstream_joined_total", help: "Questions that joined an equal one under way.",
      labels: ["exchange": exchange])
    reuses = registry.counter(
      "marketgate_upstream_reused_total", help: "Questions answered by a reply that was still fresh.",
      labels: ["exchange": exchange])
    circuitOpenings = registry.counter(
      "marketgate_upstream_circuit_opened_total",
      help: "Times the exchange was left alone after failures in a row.", labels: ["exchange": exchange])
    answers = (0...5).map { statusClass in
      registry.counter(
        "marketgate_upstream_answers_total", help: "Answers of the exchange's REST interface by status class.",
        labels: ["exchange": exchange, "status": statusClass == 0 ? "other" : "\(statusClass)xx"])
    }
  }

  func answered(_ status: Int) {
    let statusClass = status / 100
    answers[(1...5).contains(statusClass) ? statusClass : 0].increment()
  }

  func joined() { joins.increment() }

  func reused() { reuses.increment() }

  func circuitOpened() { circuitOpenings.increment() }

  func failed(_ kind: ExchangeError.Kind) {
    registry.counter(
      "marketgate_upstream_failures_total", help: "Questions to the exchange that failed, by kind.",
      labels: ["exchange": exchange, "kind": "\(kind)"]
    ).increment()
  }
}
