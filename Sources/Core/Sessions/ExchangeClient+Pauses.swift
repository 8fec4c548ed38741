internal import Contract
internal import Model
internal import Telemetry

/// When the exchange is left alone: as it wants it, or as it fails again and again.
extension ExchangeClient: RESTSide {
  /// The exchange wants no request for a while.
  func close(for asked: Int64, _ reason: String) {
    let milliseconds = min(asked, circuit.terms.longestBan)
    let until = clock.monotonicMilliseconds + milliseconds
    // Requests that were on their way are told the same: one line is enough.
    if queue.close(until: until, reason: reason) {
      logger.error("the exchange wants no requests for a while", ["milliseconds": milliseconds, "cause": reason])
    }
    guard let gate = queue.standing().pause, gate.until == until else { return }
    let wall = clock.wallClock
    bans?.keep(
      Ban(since: wall, until: wall.advanced(byMilliseconds: milliseconds), reason: reason), of: exchange.id)
  }

  /// What an earlier run was told still holds.
  func resumeBan() {
    guard let ban = bans?.ban(of: exchange.id) else { return }
    let milliseconds = ban.remaining(at: clock.wallClock)
    guard milliseconds > 0 else { return }
    _ = queue.close(until: clock.monotonicMilliseconds + milliseconds, reason: ban.reason)
    logger.error(
      "the exchange wanted no requests before this start, and is not asked yet",
      ["milliseconds": milliseconds, "cause": ban.reason])
  }

  /// Sends a probe when the circuit's pause is over, so that it closes without clients too. One watch at a time.
  func watch() {
    guard circuit.beginWatch() else { return }
    Task { [weak self] in
      while let pause = self?.circuit.pauseBeforeProbe() {
        try? await Task.sleep(for: .milliseconds(pause))
        await self?.probe()
      }
    }
  }

  /// The exchange's streams go on after an outage: the circuit need not wait for the end of its pause, which may be minutes.
  /// A ban holds.
  public func streamsReturned() {
    guard queue.standing().pause == nil, circuit.signOfLife() else { return }
    Task { [weak self] in await self?.probe() }
  }

  /// Whether the exchange is asked nothing, or by a probe alone, as it fails again and again. A ban is none of that.
  public var isLeftAlone: Bool { !circuit.isClosed }

  /// When the exchange was last asked while it was left alone.
  public var lastProbe: Int64? { circuit.lastProbe }

  /// A stream of the exchange, which is out of order, is asked for: it is asked nothing else for so many milliseconds if it is
  /// left alone.
  public func streamAsked(pause milliseconds: Int64) { circuit.hold(for: milliseconds) }

  /// Has something done whenever the exchange has answered after attempts that failed, on any thread; `nil` for nothing more.
  public func onReturn(_ body: (@Sendable () -> Void)?) { circuit.onReturn(body) }

  /// The list of instruments is a question that every exchange answers to anybody.
  private func probe() async {
    guard circuit.standing.state == .halfOpen, let request = exchange.instruments().requests.first else { return }
    let deadline = clock.monotonicMilliseconds + ExchangeClient.probeDeadline
    _ = try? await reply(to: request, priority: .monitor, deadline: deadline)
  }
}
