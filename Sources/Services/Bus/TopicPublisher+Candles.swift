internal import Contract
internal import Model
internal import Sessions
internal import Telemetry

/// Candles: in order, none missing, each over when it is over.
extension TopicPublisher {
  func receiveCandle(_ candle: Candle, _ topic: Topic) {
    guard var closing = topics[topic]?.closing else { return follow(candle, topic) }
    lead.note(candle, isFurther: closing.isFollowed && closing.openTime == candle.openTime)
    let candles = closing.receive(candle)
    topics[topic]?.closing = closing
    for candle in candles { follow(candle, topic) }
    setAlarm(closing.deadline)
  }

  /// Takes a candle into its topic's order.
  private func follow(_ candle: Candle, _ topic: Topic) {
    guard var sequence = topics[topic]?.sequence else { return }
    let actions = sequence.receive(candle)
    topics[topic]?.sequence = sequence
    obey(actions, topic)
  }

  private func obey(_ actions: [CandleSequenceState.Action], _ topic: Topic) {
    for action in actions {
      switch action {
      case .publish(let candle): publish(.candle(candle), topic)
      case .fetch(let from, let to): fetch(topic, from, to)
      case .drop: counters.lateCandles.increment()
      case .missing(let count, let from, let to):
        counters.missingCandles.increment(by: UInt64(count))
        tell(.gap(until: to), since: from, cause: topics[topic]?.brokenCause ?? BreakCause.disconnect.rawValue, topic)
      }
    }
  }

  // MARK: Candles that end by the clock

  /// The alarm rang: candles whose end has passed are closed.
  public func wake() {
    alarmTime = nil
    let now = lead.exchangeTime(at: clock.wallClock)
    for topic in topics.filter({ $0.value.closing?.deadline.map { $0 <= now } ?? false }).keys { end(topic, now: now) }
    setAlarm(topics.values.compactMap { $0.closing?.deadline }.min())
  }

  private func end(_ topic: Topic, now: Timestamp) {
    guard var closing = topics[topic]?.closing, let ending = closing.tick(now: now) else { return }
    topics[topic]?.closing = closing
    switch ending {
    case .final(let candle): follow(candle, topic)
    case .unseen(let openTime):
      guard var sequence = topics[topic]?.sequence else { return }
      let actions = sequence.expectFinal(of: openTime)
      topics[topic]?.sequence = sequence
      obey(actions, topic)
    }
  }

  /// Sees to it that `wake` is called at a time of the exchange's clock, if no earlier one is set.
  private func setAlarm(_ deadline: Timestamp?) {
    guard let deadline, deadline < alarmTime ?? .latest else { return }
    alarmTime = deadline
    let now = lead.exchangeTime(at: clock.wallClock)
    alarm?.set(afterMilliseconds: max(1, deadline.milliseconds(since: now) + 1))
  }

  // MARK: Asking REST

  func askForSnapshot(_ topic: Topic) {
    guard topics[topic]?.isSnapshotAsked == false, case .candles(let interval) = topic.channel,
      let instrument = topic.instrument
    else { return }
    topics[topic]?.isSnapshotAsked = true
    let (backfill, line) = (backfill, line)
    Task { line?.post(.snapshot(topic, await backfill.current(instrument, interval))) }
  }

  func receiveSnapshot(_ candle: Candle?, _ topic: Topic) {
    topics[topic]?.isSnapshotAsked = false
    // A stream that has spoken meanwhile knows better.
    guard let candle, let published = topics[topic], published.latest == nil else { return }
    lead.note(answerMadeAfter: candle.receiveTime, at: clock.wallClock)
    topics[topic]?.closing?.receiveSnapshot(candle)
    follow(candle, topic)
    setAlarm(topics[topic]?.closing?.deadline)
  }

  private func fetch(_ topic: Topic, _ from: Timestamp, _ to: Timestamp) {
    guard case .candles(let interval) = topic.channel, let instrument = topic.instrument else { return }
    counters.backfills.increment()
    let (backfill, line) = (backfill, line)
    Task { line?.post(.fetched(topic, await backfill.closed(instrument, interval, from: from, to: to))) }
  }

  func receiveFetched(_ candles: [Candle], _ topic: Topic) {
    if let candle = candles.last { lead.note(answerMadeAfter: candle.receiveTime, at: clock.wallClock) }
    guard var sequence = topics[topic]?.sequence else { return }
    let actions = sequence.receiveFetched(candles)
    topics[topic]?.sequence = sequence
    obey(actions, topic)
  }
}
