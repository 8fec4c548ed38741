internal import Contract
internal import Net

/// Where requests wait for their turn: obeys `RequestQueueState`.
///
/// Crosses threads: everything stands behind a lock that is held for arithmetic only; continuations are resumed outside.
final class RequestQueue: Sendable {
  typealias Outcome = Result<Void, ExchangeError>

  private struct Inner {
    var state: RequestQueueState
    var waiting: [Int: CheckedContinuation<Outcome, Never>] = [:]
    /// Cancelled before they had begun to wait.
    var abandoned: Set<Int> = []
    var lastID = 0
    /// When the next look is planned.
    var planned: Int64?
  }

  private let inner: Lock<Inner>
  private let clock: any TimeSource

  init(_ limits: RESTLimits, clock: any TimeSource) {
    inner = Lock(Inner(state: RequestQueueState(limits)))
    self.clock = clock
  }

  /// Returns when the request may be sent; `finish` must follow.
  func takeTurn(
    _ request: UpstreamRequest, _ priority: RequestPriority, deadline: Int64
  ) async throws(ExchangeError) {
    let id = inner.withLock { inner in
      inner.lastID += 1
      return inner.lastID
    }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        arrive(id, request, priority, deadline: deadline, continuation)
      }
    } onCancel: {
      leave(id)
    }
    inner.withLock { _ = $0.abandoned.remove(id) }
    try outcome.get()
  }

  /// The request is over, however it ended.
  func finish() {
    inner.withLock { $0.state.finish() }
    look()
  }

  /// Nothing may be sent before a time. Gives whether something could be until now.
  func close(until time: Int64, reason: String) -> Bool {
    let now = clock.monotonicMilliseconds
    let (wasOpen, refused) = inner.withLock { inner in
      let wasOpen = inner.state.pause(now: now) == nil
      let refused = inner.state.close(until: time, reason: reason, now: now).compactMap { id, error in
        inner.waiting.removeValue(forKey: id).map { ($0, error) }
      }
      return (wasOpen, refused)
    }
    for (continuation, error) in refused { continuation.resume(returning: .failure(error)) }
    return wasOpen
  }

  /// Nobody who waits will be called.
  func refuseAll(_ error: ExchangeError) {
    let refused = inner.withLock { inner in
      inner.state.leaveAll().compactMap { inner.waiting.removeValue(forKey: $0) }
    }
    for continuation in refused { continuation.resume(returning: .failure(error)) }
  }

  /// The exchange says what is used.
  func observe(used: Int) {
    let now = clock.monotonicMilliseconds
    inner.withLock { $0.state.observe(used: used, now: now) }
  }

  /// A request is wanted by someone of this priority too.
  func raise(_ request: UpstreamRequest, to priority: RequestPriority) {
    inner.withLock { $0.state.raise(request, to: priority) }
  }

  /// How things stand.
  func standing() -> (pause: (until: Int64, reason: String)?, budgets: [BudgetReading]) {
    let now = clock.monotonicMilliseconds
    return inner.withLock { ($0.state.pause(now: now), $0.state.readings(now: now)) }
  }

  private func arrive(
    _ id: Int, _ request: UpstreamRequest, _ priority: RequestPriority, deadline: Int64,
    _ continuation: CheckedContinuation<Outcome, Never>
  ) {
    let now = clock.monotonicMilliseconds
    let outcome: Outcome? = inner.withLock { inner in
      if inner.abandoned.remove(id) != nil { return .failure(.cancelled) }
      switch inner.state.arrive(id, request, priority, deadline: deadline, now: now) {
      case .go: return .success(())
      case .refused(let error): return .failure(error)
      case .wait(let time):
        inner.waiting[id] = continuation
        plan(&inner, at: time, now: now)
        return nil
      }
    }
    if let outcome { continuation.resume(returning: outcome) }
  }

  private func leave(_ id: Int) {
    let continuation = inner.withLock { inner in
      inner.state.leave(id)
      let continuation = inner.waiting.removeValue(forKey: id)
      if continuation == nil { inner.abandoned.insert(id) }
      return continuation
    }
    continuation?.resume(returning: .failure(.cancelled))
  }

  /// Lets go who may now.
  private func look() {
    let now = clock.monotonicMilliseconds
    let ready = inner.withLock { inner in
      let step = inner.state.advance(now: now)
      if let next = step.next { plan(&inner, at: next, now: now) }
      let outcomes = step.admitted.map { ($0, Outcome.success(())) } + step.refused.map { ($0, .failure($1)) }
      return outcomes.compactMap { id, outcome in inner.waiting.removeValue(forKey: id).map { ($0, outcome) } }
    }
    for (continuation, outcome) in ready { continuation.resume(returning: outcome) }
  }

  /// Looks again at a time, unless that is planned for an earlier one.
  private func plan(_ inner: inout Inner, at time: Int64, now: Int64) {
    if let planned = inner.planned, planned <= time { return }
    inner.planned = time
    let pause = max(1, time - now)
    // A timer of the loop wakes no other thread. One that ends has nobody left who could be told.
    if let loop = EventLoop.current {
      loop.schedule(afterMilliseconds: pause) { [weak self] in self?.lookAsPlanned(time) }
      return
    }
    Task { [weak self] in
      try? await Task.sleep(for: .milliseconds(pause))
      self?.lookAsPlanned(time)
    }
  }

  private func lookAsPlanned(_ time: Int64) {
    inner.withLock { inner in
      if inner.planned == time { inner.planned = nil }
    }
    look()
  }
}

extension ExchangeError {
  /// Nobody waits for the answer any more.
  static let cancelled = ExchangeError(.timeout, .never, "the request was cancelled")
}
