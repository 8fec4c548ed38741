internal import Contract
internal import Model
internal import Telemetry

/// Trades: where they are counted, in order and none missing; else each once.
extension TopicPublisher {
  /// A trade, and the event that it is.
  func receiveTrade(_ trade: Trade, _ event: UnsafePointer<MarketEvent>, _ topic: Topic) {
    guard let published = topics[topic] else { return passOn(event, topic) }
    if published.trades == nil {
      if published.repeats?.receive(trade) ?? true { hand(on: event, topic, published) }
    } else if published.trades?.follows(trade) == true {
      hand(on: event, topic, published)
    } else {
      changeTrades(topic) { $0.receive(trade, $1) }
    }
  }

  /// Has the keeper of a topic decide, and obeys it.
  func changeTrades(_ topic: Topic, _ body: (inout TradeKeeper, Moment) -> [TradeKeeper.Action]) {
    let now = moment
    guard let actions = topics[topic]?.trades?.decide(now, body) else { return }
    for action in actions {
      switch action {
      case .publish(let trade):
        guard let published = topics[topic] else { continue }
        withUnsafePointer(to: .trade(trade)) { hand(on: $0, topic, published) }
      case .drop: counters.repeatedTrades.increment()
      case .ask(let number, let count): fetchTrades(topic, from: number, count: count)
      case .goOn(let since, let until):
        tell(.gap(until: until), since: since, cause: topics[topic]?.brokenCause ?? .disconnect, topic)
      case .gap(let step): obey(step, topic)
      }
    }
    setAlarm(topics[topic]?.trades?.delay(now), now)
  }

  private func hand(on event: UnsafePointer<MarketEvent>, _ topic: Topic, _ published: PublishedTopic) {
    publish(event, topic, published)
    if published.isMember {
      keep(event, for: .largeTrades)
    } else if !wholeFeeds.isEmpty {
      passOn(event, topic)
    }
  }

  private func fetchTrades(_ topic: Topic, from number: Int64, count: Int64) {
    guard let instrument = topic.instrument else { return }
    counters.tradeBackfills.increment()
    let (backfill, line) = (tradeBackfill, line)
    Task {
      line?.post(.fetchedTrades(topic, await backfill?.trades(of: instrument, from: number, count: count)))
    }
  }

  func receiveFetchedTrades(_ trades: [Trade]?, _ topic: Topic) {
    if trades == nil { counters.failedBackfills.increment() }
    changeTrades(topic) { $0.receiveFetched(trades, $1) }
    flushFeeds()
  }
}

extension TradeKeeper {
  /// In place: else what is held would be copied for each event.
  fileprivate mutating func decide(_ now: Moment, _ body: (inout TradeKeeper, Moment) -> [Action]) -> [Action] {
    body(&self, now)
  }
}
