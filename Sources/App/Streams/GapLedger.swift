internal import Model
internal import Net
internal import PublicJSON
internal import Services
internal import Sessions
internal import Telemetry

/// The ledger of gaps: what the publishers note, the routes and the clients of the stream `gaps` read.
///
/// Crosses threads: the records stand behind a lock that is held for one change or one search. The changes of one record
/// come from one loop, so they reach the stream in their order.
final class GapLedger: GapBook {
  private let state = Lock(GapLedgerState())
  private let feed: any FeedLine
  private let clock: any TimeSource
  private let metrics: MetricsRegistry
  private let logger: Logger

  /// An empty ledger of some exchanges, whose changes go to a stream.
  init(
    of exchanges: [ExchangeID], feed: any FeedLine, clock: any TimeSource, metrics: MetricsRegistry, logger: Logger
  ) {
    self.feed = feed
    self.clock = clock
    self.metrics = metrics
    self.logger = logger
    // What most gaps are is shown before there is one.
    for exchange in exchanges {
      for stream in Channel.Kind.allCases {
        _ = gauge(of: exchange, stream)
        for state in GapRecord.State.allCases { _ = counter(of: exchange, stream, .disconnect, state) }
      }
    }
  }

  // MARK: GapBook

  func open(_ opening: GapOpening, _ change: GapChange?) -> UInt64 {
    let record = state.withLock { $0.open(opening, change, now: clock.wallClock) }
    gauge(of: record.key.exchange, record.key.channel.kind).add(1)
    tell(record, isNew: true)
    return record.id
  }

  func note(_ change: GapChange, of id: UInt64) {
    guard let record = state.withLock({ $0.note(change, of: id, now: clock.wallClock) }) else { return }
    tell(record, isNew: false)
  }

  // MARK: For the routes

  /// The newest records of a selection, ascending by their beginning.
  func records(_ selection: GapLedgerState.Selection, limit: Int) -> [GapRecord] {
    state.withLock { $0.records(selection, limit: limit) }
  }

  // MARK: Telling

  private func tell(_ record: GapRecord, isNew: Bool) {
    feed.post(.events(.gaps, [.gap(record)]))
    let (exchange, stream) = (record.key.exchange, record.key.channel.kind)
    if isNew || record.state != .open { counter(of: exchange, stream, record.cause, record.state).increment() }
    guard record.state != .open else { return }
    gauge(of: exchange, stream).add(-1)
    log(record)
  }

  private func counter(
    of exchange: ExchangeID, _ stream: Channel.Kind, _ cause: GapCause, _ state: GapRecord.State
  ) -> Counter {
    metrics.counter(
      "marketgate_gaps_total", help: "Gaps of the streams that were opened, filled or given up.",
      labels: [
        "exchange": exchange.name, "stream": stream.publicName, "cause": cause.rawValue, "state": state.rawValue,
      ])
  }

  private func gauge(of exchange: ExchangeID, _ stream: Channel.Kind) -> Gauge {
    metrics.gauge(
      "marketgate_open_gaps", help: "Gaps of the streams that are neither filled nor given up.",
      labels: ["exchange": exchange.name, "stream": stream.publicName])
  }

  private func log(_ record: GapRecord) {
    let details: Logger.Metadata = [
      "gap": Int(clamping: record.id), "exchange": record.key.exchange.name,
      "stream": record.key.channel.kind.publicName, "symbol": record.key.instrument?.symbol ?? "*",
      "from": "\(record.from)", "to": record.to.map { "\($0)" } ?? "", "cause": record.cause.rawValue,
      "missing": record.missing.map { "\($0)" } ?? "unknown",
    ]
    if record.state == .unfillable {
      logger.warning("a gap cannot be filled", details)
    } else {
      logger.info("a gap is filled", details)
    }
  }
}
