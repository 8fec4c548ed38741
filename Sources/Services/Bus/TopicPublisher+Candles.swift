internal import Contract
internal import Model
internal import Sessions
internal import Telemetry

/// Candles: in order, none missing, each over when it is over.
extension TopicPublisher {
  /// A candle, and the event that it is.
  func receiveCandle(_ candle: Candle, _ event: UnsafePointer<MarketEvent>, _ topic: Topic) {
    guard let published = topics[topic], let isFurther = published.candles?.isFurther(candle) else { return }
    let before = lead.milliseconds
    // A final comes after its candle's end wherever the clocks stand.
    if !candle.isClosed { lead.note(candle, isFurther: isFurther) }
    // The alarm is set already, unless the exchange's clock turns out to stand elsewhere.
    if lead.milliseconds == before, published.candles?.follows(candle) == true {
      return publish(event, topic, published)
    }
    change(topic) { $0.receive(candle, $1) }
  }

  /// Has the keeper of a topic decide, and obeys it.
  func change(_ topic: Topic, _ body: (inout CandleKeeper, Moment) -> [CandleKeeper.Action]) {
    let now = moment
    guard let actions = topics[topic]?.candles?.decide(now, body) else { return }
    obey(actions, topic)
    setAlarm(topics[topic]?.candles?.delay(now), now)
  }

  private func obey(_ actions: [CandleKeeper.Action], _ topic: Topic) {
    for action in actions {
      switch action {
      case .publish(let candle): withUnsafePointer(to: .candle(candle)) { publish($0, topic) }
      case .revise(let candle, let number): revise(candle, number, topic)
      case .drop: counters.lateCandles.increment()
      case .ask(let question, let from, let to): fetch(topic, question, from, to)
      case .goOn(let count, let from, let to):
        counters.missingCandles.increment(by: UInt64(count))
        tell(.gap(until: to), since: from, cause: topics[topic]?.brokenCause ?? .disconnect, topic)
      case .gap(let step): obey(step, topic)
      }
    }
  }

  private func revise(_ candle: Candle, _ number: Int, _ topic: Topic) {
    counters.revisions.increment()
    backfill.replace(candle)
    topics[topic]?.publish(revision: candle, number, on: topic, to: output)
  }

  // MARK: The clock

  /// The alarm rang: candles whose end has passed are closed, what is missing is asked for again.
  public func wake() {
    alarmTime = nil
    let now = moment
    for topic in topics.keys {
      if topics[topic]?.candles?.delay(now) == 0 { change(topic) { $0.tick($1) } }
      if topics[topic]?.trades?.delay(now) == 0 { changeTrades(topic) { $0.tick($1) } }
    }
    flushFeeds()
    setAlarm(topics.values.lazy.compactMap { $0.delay(now) }.min(), now)
  }

  /// What the clocks say.
  var moment: Moment {
    let wallClock = clock.wallClock
    return Moment(
      monotonic: clock.monotonicMilliseconds, wallClock: wallClock, exchangeTime: lead.exchangeTime(at: wallClock))
  }

  /// Sees to it that `wake` is called after a while, if it is not called earlier.
  func setAlarm(_ delay: Int64?, _ now: Moment) {
    guard let delay, case let time = now.monotonic + delay, time < alarmTime ?? .max else { return }
    alarmTime = time
    alarm?.set(afterMilliseconds: delay + 1)
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
    change(topic) { $0.receiveSnapshot(candle, $1) }
  }

  private func fetch(_ topic: Topic, _ question: Int, _ from: Timestamp, _ to: Timestamp) {
    guard case .candles(let interval) = topic.channel, let instrument = topic.instrument else { return }
    counters.backfills.increment()
    let (backfill, line) = (backfill, line)
    Task {
      let page = await backfill.closed(instrument, interval, from: from, to: to)
      line?.post(.fetched(topic, question: question, page))
    }
  }

  func receiveFetched(_ page: CandlePage?, question: Int, _ topic: Topic) {
    if page == nil { counters.failedBackfills.increment() }
    if let candle = page?.candles.last { lead.note(answerMadeAfter: candle.receiveTime, at: clock.wallClock) }
    change(topic) { $0.receiveFetched(page, question: question, $1) }
  }
}

extension CandleKeeper {
  /// In place: else what it remembers would be copied for each event.
  fileprivate mutating func decide(_ now: Moment, _ body: (inout CandleKeeper, Moment) -> [Action]) -> [Action] {
    body(&self, now)
  }
}
