internal import Contract
internal import Model
internal import Sessions

/// What the ledger of gaps is told.
extension TopicPublisher {
  /// The streams of topics broke, or are down for another reason than before.
  func noteBreak(_ topic: Topic, _ cause: BreakCause) {
    guard hasStood(topic) else { return }
    let cause = GapCause(cause)
    if topics[topic]?.candles != nil { return change(topic) { $0.interrupt(cause, $1) } }
    if topics[topic]?.trades != nil { return changeTrades(topic) { $0.interrupt(cause, $1) } }
    if let gap = topics[topic]?.uncountedGap {
      if cause == .ban { book?.note(.cause(cause), of: gap) }
    } else {
      openUncounted(topic, cause, since: clock.wallClock)
    }
  }

  /// What was missed of a stream that is not counted is missed for good.
  func noteRestoration(_ topic: Topic) {
    guard let gap = topics[topic]?.uncountedGap else { return }
    topics[topic]?.uncountedGap = nil
    book?.note(.unfillable(missing: nil), of: gap)
  }

  /// A client comes to a stream that is broken, and that nobody read when it broke.
  func noteBreakForNewcomer(_ topic: Topic) {
    guard hasStood(topic), let published = topics[topic], let since = published.brokenSince else { return }
    let cause = GapCause(published.brokenCause)
    if published.candles == nil, published.trades == nil {
      if published.uncountedGap == nil { openUncounted(topic, cause, since: since) }
    } else if let number = published.brokenGap, published.gaps[number] == nil {
      obey(.open(number, cause, from: since, to: nil), topic)
    }
  }

  /// A topic is over, and its gaps with it.
  func noteEnd(_ topic: Topic) {
    noteRestoration(topic)
    for case .gap(let step) in topics[topic]?.candles?.end() ?? [] { obey(step, topic) }
    for case .gap(let step) in topics[topic]?.trades?.end() ?? [] { obey(step, topic) }
  }

  /// Whether anything can have been missed: before a stream has been confirmed or has delivered, nobody was promised it.
  private func hasStood(_ topic: Topic) -> Bool {
    standing.contains(topic) || topics[topic]?.hasDelivered == true
  }

  func obey(_ step: GapStep, _ topic: Topic) {
    let key = GapKey(topic)
    switch step {
    case .open(let number, let cause, let from, let to):
      // The break of a stream that only a feed reads is noted with the feed.
      guard topics[topic]?.isFollowed == true || cause == .skipped else { return }
      topics[topic]?.gaps[number] = book?.open(GapOpening(key, cause: cause, from: from, to: to), nil)
    case .change(let number, let change):
      if let gap = topics[topic]?.gaps[number] { book?.note(change, of: gap) }
      switch change {
      case .filled, .unfillable:
        topics[topic]?.gaps[number] = nil
        noteSettled(number, change, of: topic)
      case .cause, .delivered: break
      }
    case .note(let cause, let from, let to, let change):
      _ = book?.open(GapOpening(key, cause: cause, from: from, to: to), change)
    }
  }

  private func openUncounted(_ topic: Topic, _ cause: GapCause, since: Timestamp) {
    guard topics[topic]?.isFollowed == true else { return }
    topics[topic]?.uncountedGap = book?.open(GapOpening(GapKey(topic), cause: cause, from: since), nil)
  }
}

/// The gaps of what feeds follow: one for each break of a channel, not one for each of its topics.
extension TopicPublisher {
  /// Topics of a feed broke.
  func noteFeedBreak(_ channel: Channel, _ all: [Topic], _ cause: BreakCause) {
    let parts = all.filter(hasStood)
    if parts.isEmpty { return }
    if feedGaps[channel] == nil, let book {
      let key = GapKey(Topic(channel, ofAllOn: exchange))
      let opening = GapOpening(key, cause: GapCause(cause), from: clock.wallClock)
      feedGaps[channel] = FeedGapState(id: book.open(opening, nil))
    } else if cause == .ban, let gap = feedGaps[channel] {
      book?.note(.cause(.ban), of: gap.id)
    }
    for part in parts { feedGaps[channel]?.interrupt(part, gap: topics[part]?.brokenGap) }
  }

  /// A feed is whole again, but for what is still asked for.
  func noteFeedRestoration(_ channel: Channel) { change(feedGap: channel) { $0.restore() } }

  /// A feed is no longer followed.
  func noteFeedEnd(_ channel: Channel) {
    guard let gap = feedGaps.removeValue(forKey: channel) else { return }
    book?.note(.unfillable(missing: nil), of: gap.id)
  }

  private func noteSettled(_ number: Int, _ change: GapChange, of topic: Topic) {
    self.change(feedGap: topic.channel) { $0.settle(topic, gap: number, change) }
  }

  private func change(feedGap channel: Channel, _ body: (inout FeedGapState) -> GapChange?) {
    guard var gap = feedGaps[channel] else { return }
    let change = body(&gap)
    feedGaps[channel] = gap.isSettled ? nil : gap
    if let change { book?.note(change, of: gap.id) }
  }
}
