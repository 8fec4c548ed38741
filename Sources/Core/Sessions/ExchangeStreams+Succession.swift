internal import Contract
internal import Model
internal import Telemetry

/// A connection that will be cut is succeeded by another one, which has taken over before it is closed: nothing is lost, and
/// nobody is told.
extension ExchangeStreams {
  func session(_ session: ExchangeSession, wantsSuccessor reason: String) {
    guard !isStopped, let place = sessions.firstIndex(where: { $0 === session }) else { return }
    if let earlier = successions.first(where: { $0.new === session }) { finish(earlier) }
    environment.logger.info(
      "another connection is to take over", ["endpoint": session.endpoint.name, "reason": reason])
    environment.counters.rolls.increment()
    let successor = makeSession(session.endpoint)
    sessions[place] = successor
    successions.append(
      Succession(
        from: session, to: successor, overlap: environment.overlap, loop: environment.loop, clock: environment.clock
      ) { [weak self] in self?.obey($1, of: $0) })
    successor.want(session.topics)
  }

  func sessionEnded(_ session: ExchangeSession) {
    guard let succession = successions.first(where: { $0.old === session }) else { return }
    endOld(of: succession)
  }

  /// What of a session's events is to be handed on.
  func news(in events: [MarketEvent], from session: ExchangeSession) -> [MarketEvent] {
    // At most one: a successor that is succeeded itself has ended the first.
    guard let succession = successions.first(where: { $0.new === session || $0.old === session }) else { return events }
    let dropped = succession.overlap.dropped
    let news = succession.overlap.receive(events, from: succession.old === session ? .old : .new)
    environment.counters.repeatedEvents.increment(by: UInt64(succession.overlap.dropped - dropped))
    return news
  }

  /// What of a session's topics is lost with its connection: not those that another one carries.
  func lost(_ broken: Set<UpstreamTopic>, with session: ExchangeSession) -> Set<UpstreamTopic> {
    if let succession = successions.first(where: { $0.old === session }) {
      return broken.subtracting(succession.new.state.ledger.confirmed)
    }
    let succession = successions.first { $0.new === session }
    if succession?.state.isOldThere == true { succession?.overlap.newLaneBroke() }
    return broken.filter { name in
      if succession?.stillCarries(name) == true { return false }
      // What has been moved to another connection meanwhile is not this one's any more.
      return !sessions.contains { $0 !== session && $0.topics.contains(name) }
    }
  }

  /// The old connection was cut before its time: the successor has the rest to restore.
  func cut(_ succession: Succession, lost: Set<UpstreamTopic>, cause: BreakCause) {
    succession.new.inherit(broken: lost)
    let (events, apart) = succession.overlap.oldLaneEnded()
    if !apart.isEmpty { sink?.interrupted(Array(apart), cause: cause) }
    if !lost.isEmpty { interrupt(lost, cause) }
    if !apart.isEmpty { sink?.restored(Array(apart)) }
    if !events.isEmpty { sink?.receive(events) }
  }

  /// Whether wanted topics of a session are carried by no connection.
  func isDown(_ session: ExchangeSession) -> Bool {
    guard !session.topics.isEmpty else { return false }
    guard let succession = successions.first(where: { $0.new === session }) else { return true }
    return !succession.state.isOldThere
  }

  private func obey(_ action: SuccessionState.Action, of succession: Succession) {
    switch action {
    case .retire: succession.old.retire()
    case .finish: finish(succession)
    }
  }

  private func endOld(of succession: Succession) {
    let events = succession.overlap.oldLaneEnded().events
    if !events.isEmpty { sink?.receive(events) }
    succession.oldEnded()
  }

  private func finish(_ succession: Succession) {
    succession.stop()
    if succession.state.isOldThere {
      endOld(of: succession)
      succession.old.retire()
    }
    successions.removeAll { $0 === succession }
  }
}
