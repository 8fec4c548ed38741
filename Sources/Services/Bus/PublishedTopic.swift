internal import Contract
internal import Model

/// What the publisher of an exchange holds of one topic of one instrument.
struct PublishedTopic {
  var audience: TopicAudience
  /// The latest candle; `nil` before the first and after the stream broke.
  var latest: TopicLog.Entry?
  var sequence: CandleSequenceState?
  /// Where the exchange marks no final.
  var closing: CandleClosingState?
  /// Where the exchange tells trades again.
  var repeats: TradeRepeatState?
  var isSnapshotAsked = false
  /// Whether it is open for a feed.
  var isMember = false
  /// Since when its stream has been broken; `nil` when it is not.
  var brokenSince: Timestamp?
  /// Why it was broken last.
  var brokenCause = BreakCause.disconnect.rawValue

  init(_ channel: Channel, habits: StreamHabits, epoch: UInt64) {
    audience = TopicAudience(epoch: epoch)
    switch channel {
    case .candles(let interval):
      sequence = CandleSequenceState(interval: interval)
      closing = habits.marksFinals ? nil : CandleClosingState(interval: interval)
    case .trades: repeats = habits.repeatsTrades ? TradeRepeatState() : nil
    case .liquidations: break
    }
  }

  /// Numbers an event and sends it to everyone who wants it.
  mutating func publish(_ event: MarketEvent, on topic: Topic, to output: BusOutput) {
    let number = output.publish(.market(event), on: .market(topic), to: &audience)
    if sequence != nil { latest = TopicLog.Entry(sequence: number, event: .market(event)) }
  }

  /// What a newcomer must know before the first event.
  func notices(of exchange: ExchangeID) -> [StreamNotice] {
    brokenSince.map { [StreamNotice(.stale, exchange: exchange, since: $0, cause: brokenCause)] } ?? []
  }

  /// Whether it must be open upstream.
  var isWanted: Bool { !audience.isEmpty || isMember }
}
