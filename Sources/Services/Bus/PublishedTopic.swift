internal import Contract
internal import Model

/// What the publisher of an exchange holds of one topic of one instrument. An object, so that an event looks its topic up
/// once and what it finds is changed where it is. Belongs to the exchange's loop.
final class PublishedTopic {
  var audience: TopicAudience
  // Without the check of exclusive access, here and below: docs/decisions/0023.
  /// The latest candle; `nil` before the first and after the stream broke.
  @exclusivity(unchecked) var latest: TopicLog.Entry?
  /// Of a topic of candles.
  @exclusivity(unchecked) var candles: CandleKeeper?
  /// Of trades that are counted.
  @exclusivity(unchecked) var trades: TradeKeeper?
  /// Where the exchange tells trades again.
  @exclusivity(unchecked) var repeats: TradeRepeatState?
  var isSnapshotAsked = false
  /// Whether it is open for a feed.
  @exclusivity(unchecked) var isMember = false
  /// Since when its stream has been broken; `nil` when it is not.
  var brokenSince: Timestamp?
  /// Why it was broken last.
  var brokenCause = BreakCause.disconnect
  /// The ledger's numbers of the gaps that the keeper knows by its own.
  var gaps: [Int: UInt64] = [:]
  /// The ledger's number of the gap of a stream whose losses cannot be counted.
  var uncountedGap: UInt64?
  private let isOfCandles: Bool

  init(_ channel: Channel, habits: StreamHabits, terms: RepairTerms = RepairTerms(), epoch: UInt64) {
    audience = TopicAudience(epoch: epoch)
    isOfCandles = channel.kind == .candles
    switch channel {
    case .candles(let interval):
      candles = CandleKeeper(interval: interval, marksFinals: habits.marksFinals, terms: terms)
    case .trades where habits.countsTrades: trades = TradeKeeper(terms: terms)
    case .trades: repeats = habits.repeatsTrades ? TradeRepeatState() : nil
    case .liquidations: break
    }
  }

  /// Numbers an event and sends it to everyone who wants it.
  func publish(_ event: UnsafePointer<MarketEvent>, on topic: Topic, to output: BusOutput) {
    guard isOfCandles || audience.isHeard else { return audience.skip() }
    let number = output.publish(.market(event.pointee), on: .market(topic), to: &audience)
    if isOfCandles { latest = TopicLog.Entry(sequence: number, event: .market(event.pointee)) }
  }

  /// Numbers the revision of a final and sends it to everyone who wants it.
  func publish(revision candle: Candle, _ number: Int, on topic: Topic, to output: BusOutput) {
    _ = output.publish(.revision(candle, number: number), on: .market(topic), to: &audience)
  }

  /// How long until one of its keepers has something to do, in milliseconds.
  func delay(_ now: Moment) -> Int64? { candles?.delay(now) ?? trades?.delay(now) }

  /// Its stream is there again.
  func restore(_ now: Moment) {
    candles?.restore(now)
    trades?.restore(now)
  }

  /// What a newcomer must know before the first event.
  func notices(of exchange: ExchangeID) -> [StreamNotice] {
    brokenSince.map { [StreamNotice(.stale, exchange: exchange, since: $0, cause: brokenCause.rawValue)] } ?? []
  }

  /// The gap that nothing has come after yet, by the keeper's number.
  var brokenGap: Int? { candles?.sequence.brokenGap ?? trades?.sequence.brokenGap }

  /// Whether anything of it was handed on.
  var hasDelivered: Bool { audience.log.sequence > 0 }

  /// Whether a client reads it: what it misses is noted for itself, and not with the feed it is part of.
  var isFollowed: Bool { !audience.isEmpty }

  /// Whether it must be open upstream.
  var isWanted: Bool { !audience.isEmpty || isMember }
}
