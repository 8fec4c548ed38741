internal import Contract
internal import Model
internal import Telemetry

/// The feeds an exchange is part of: which topics are open for them, and what they are handed.
extension TopicPublisher {
  func openFeed(_ channel: Channel) {
    guard feeds[channel] == nil else { return }
    feeds[channel] = FeedTopicState(Topic(channel, ofAllOn: exchange))
    brokenFeeds[channel] = FeedBreakState()
    membership?.demandChanged(true)
    settle(channel)
  }

  func closeFeed(_ channel: Channel) {
    guard var feed = feeds.removeValue(forKey: channel) else { return }
    wholeFeeds.removeAll { $0 == channel }
    obey(feed.end())
    brokenFeeds[channel] = nil
    noteFeedEnd(channel)
    membership?.demandChanged(!feeds.isEmpty)
  }

  /// Has upstream what a feed is made of now.
  func settle(_ channel: Channel) {
    guard var feed = feeds[channel], let membership else { return }
    let actions = feed.receive(membership.members(of: channel))
    feeds[channel] = feed
    wholeFeeds = feeds.filter(\.value.isWhole).map(\.key)
    obey(actions)
  }

  private func obey(_ actions: [FeedTopicState.Action]) {
    var opened: [Topic] = []
    for action in actions {
      switch action {
      case .open(let part) where part.instrument == nil: opened.append(part)
      case .close(let part) where part.instrument == nil: source?.close(part)
      case .open(let part):
        let published = topics[part] ?? newTopic(part)
        if !published.isWanted { opened.append(part) }
        published.isMember = true
        topics[part] = published
      case .close(let part):
        topics[part]?.isMember = false
        feedsRestored([part])
        if topics[part]?.isWanted == false { source?.close(part) }
      }
    }
    if !opened.isEmpty { source?.open(opened) }
  }

  /// Keeps an event for the feed that it is part of.
  func passOn(_ event: UnsafePointer<MarketEvent>, _ topic: Topic) {
    guard feeds[topic.channel]?.carries(topic) == true, let feed = Feed(carrying: topic.channel) else { return }
    keep(event, for: feed)
  }

  func keep(_ event: UnsafePointer<MarketEvent>, for feed: Feed) {
    // Their clients compare values in dollars.
    guard event.pointee.instrument.isQuotedInDollars else { return counters.otherQuotes.increment() }
    let place = forFeeds.firstIndex { $0.feed == feed } ?? beginBatch(of: feed)
    forFeeds[place].events.append(.market(event.pointee))
  }

  /// With room for all of the batch: to grow would copy what is there already.
  private func beginBatch(of feed: Feed) -> Int {
    var events: [BusEvent] = []
    events.reserveCapacity(batchCount)
    forFeeds.append((feed, events))
    return forFeeds.count - 1
  }

  func feedsInterrupted(_ broken: [Topic], _ now: Timestamp, cause: BreakCause) {
    for (channel, feed) in feeds {
      let parts = broken.filter { $0.channel == channel && feed.carries($0) }
      guard !parts.isEmpty else { continue }
      let since = brokenFeeds[channel]?.interrupt(parts, now: now, cause: cause)
      noteFeedBreak(channel, parts, cause)
      if let since { tell(.stale, since: since, feed: channel) }
    }
  }

  func feedsRestored(_ restored: [Topic]) {
    for channel in feeds.keys {
      guard let since = brokenFeeds[channel]?.restore(restored.filter { $0.channel == channel }) else { continue }
      noteFeedRestoration(channel)
      tell(.recovered, since: since, feed: channel)
    }
  }

  private func tell(_ kind: StreamNotice.Kind, since: Timestamp, feed channel: Channel) {
    guard let feed = Feed(carrying: channel), let cause = brokenFeeds[channel]?.cause else { return }
    feedLine?.post(
      .notice(feed, StreamNotice(kind, exchange: exchange, since: since, cause: cause.rawValue)))
  }
}

extension Feed {
  /// The feed that is made of a channel of the exchanges.
  init?(carrying channel: Channel) {
    switch channel {
    case .liquidations: self = .liquidations
    case .trades: self = .largeTrades
    case .candles: return nil
    }
  }

  /// The channel of the exchanges it is made of; `nil` for what is made otherwise.
  var channel: Channel? {
    switch self {
    case .liquidations: .liquidations
    case .largeTrades: .trades
    case .spikes, .instruments, .gaps: nil
    }
  }
}
