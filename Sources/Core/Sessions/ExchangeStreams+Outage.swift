internal import Contract
internal import Telemetry

/// An exchange whose streams cannot be had is asked by one session for all.
extension ExchangeStreams {
  func attempt(by session: ExchangeSession) -> Int64? {
    let now = environment.clock.monotonicMilliseconds
    let isLeftAlone = environment.rest?.isLeftAlone ?? false
    lookAtProbes()
    if let time = outage.earliest(session.endpoint, isLeftAlone: isLeftAlone, now: now) { return time }
    if let free = attempts.attempt(now: now) { return free }
    if outage.isOutage(session.endpoint, isLeftAlone: isLeftAlone) {
      environment.rest?.streamAsked(pause: environment.outage.pause)
    }
    outage.began(session.endpoint, now: now)
    return nil
  }

  /// What was asked over REST before a success delays nobody after it, so that it is looked at first.
  private func lookAtProbes() {
    if let probe = environment.rest?.lastProbe { outage.probed(at: probe) }
  }

  func sessionFailed(_ session: ExchangeSession) {
    guard outage.failed(session.endpoint) else { return }
    environment.counters.outages.increment()
    environment.logger.error(
      "the exchange's streams cannot be had, and are asked for less often",
      ["endpoint": session.endpoint.name, "milliseconds": environment.outage.pause])
  }

  func sessionReturned(_ session: ExchangeSession) { environment.rest?.streamsReturned() }

  /// The exchange has confirmed something on a session's connection.
  func noteSuccess(of session: ExchangeSession) {
    let wasOpen = outage.isOpen
    lookAtProbes()
    guard outage.succeeded(session.endpoint) else { return }
    if wasOpen, !outage.isOpen {
      environment.logger.info("the exchange's streams can be had again", ["endpoint": session.endpoint.name])
    }
    wake()
  }

  /// Notes that the exchange answers again over REST: sessions that wait need not wait longer to find out.
  public func exchangeAnswered() {
    if !isStopped, outage.signOfLife(now: environment.clock.monotonicMilliseconds) { wake() }
  }

  private func wake() {
    for session in everySession { session.wake() }
  }
}
