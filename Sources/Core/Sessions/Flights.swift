public import Contract
internal import Net

/// Work that is under way, by what it is for: who wants the same joins it instead of beginning it again.
///
/// Each waiter has a deadline of its own. One that gives up does not disturb the others; when the last one has left, the
/// work is cancelled.
///
/// Work that is begun on a loop runs on it: from the request of a client to its answer there is then no change of thread, of
/// which each costs more than what is done between them. Other work runs on Swift's own threads.
///
/// Crosses threads: everything stands behind a lock that is held for arithmetic only; continuations are resumed outside.
public final class Flights<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// How a piece of work ends.
  public typealias Outcome = Result<Value, ExchangeError>

  /// A class, so that a copy is a reference: a continuation's layout is asked of the runtime each time one is copied.
  private final class Waiter: Sendable {
    let continuation: CheckedContinuation<Outcome, Never>
    let timer: Task<Void, Never>?

    init(_ continuation: CheckedContinuation<Outcome, Never>, _ timer: Task<Void, Never>?) {
      self.continuation = continuation
      self.timer = timer
    }
  }

  private struct Flight {
    let number: Int
    /// Of the one who began it; the work ends by then.
    let deadline: Int64
    var waiters: [Int: Waiter] = [:]
    var work: Task<Void, Never>?
  }

  private struct Inner {
    var flights: [Key: Flight] = [:]
    var lastNumber = 0
    /// Waiters that were cancelled before they had begun to wait.
    var abandoned: Set<Int> = []
  }

  private let inner = Lock(Inner())
  private let clock: any TimeSource
  private let onJoin: @Sendable () -> Void

  /// Nothing is under way. `onJoin` is called when someone joins what is.
  public init(clock: any TimeSource, onJoin: @escaping @Sendable () -> Void = {}) {
    self.clock = clock
    self.onJoin = onJoin
  }

  /// What the work for a key gives, before a deadline in monotonic milliseconds. `work` is begun when none is under way; it
  /// gets the time by which it must end.
  ///
  /// Who has joined work that ran out of time, and has time left, begins it again.
  public func join(
    _ key: Key, deadline: Int64, _ work: @escaping @Sendable (Int64) async -> Outcome
  ) async -> Outcome {
    while true {
      let (outcome, workEnd) = await wait(for: key, deadline: deadline, work)
      guard case .failure(let error) = outcome, error.kind == .timeout || error.kind == .limited, workEnd < deadline,
        clock.monotonicMilliseconds < deadline, !Task.isCancelled
      else { return outcome }
    }
  }

  private func wait(
    for key: Key, deadline: Int64, _ work: @escaping @Sendable (Int64) async -> Outcome
  ) async -> (Outcome, workEnd: Int64) {
    let (id, workEnd) = inner.withLock { inner in
      inner.lastNumber += 1
      return (inner.lastNumber, inner.flights[key]?.deadline ?? deadline)
    }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        begin(id, key, deadline: deadline, continuation, work)
      }
    } onCancel: {
      leave(id, key, .cancelled, marksAbandoned: true)
    }
    inner.withLock { _ = $0.abandoned.remove(id) }
    return (outcome, workEnd)
  }

  private func begin(
    _ id: Int, _ key: Key, deadline: Int64, _ continuation: CheckedContinuation<Outcome, Never>,
    _ work: @escaping @Sendable (Int64) async -> Outcome
  ) {
    let (isAbandoned, isJoining) = inner.withLock { inner in
      if inner.abandoned.remove(id) != nil { return (true, false) }
      let isJoining = inner.flights[key] != nil
      var flight = inner.flights[key] ?? Flight(number: id, deadline: deadline)
      flight.waiters[id] = Waiter(continuation, deadline < flight.deadline ? timer(id, key, deadline) : nil)
      if !isJoining {
        flight.work = Task(executorPreference: EventLoop.current) { [weak self] in
          let outcome = await work(deadline)
          self?.finish(key, number: id, outcome)
        }
      }
      inner.flights[key] = flight
      return (false, isJoining)
    }
    if isAbandoned { continuation.resume(returning: .failure(.cancelled)) }
    if isJoining { onJoin() }
  }

  /// For a waiter whose time is over before that of the work.
  private func timer(_ id: Int, _ key: Key, _ deadline: Int64) -> Task<Void, Never> {
    let pause = max(0, deadline - clock.monotonicMilliseconds)
    return Task { [weak self] in
      do { try await Task.sleep(for: .milliseconds(pause)) } catch { return }
      self?.leave(id, key, .late, marksAbandoned: false)
    }
  }

  private func finish(_ key: Key, number: Int, _ outcome: Outcome) {
    let waiters: [Waiter] = inner.withLock { inner in
      guard let flight = inner.flights[key], flight.number == number else { return [] }
      inner.flights[key] = nil
      return flight.waiters.sorted { $0.key < $1.key }.map(\.value)
    }
    for waiter in waiters {
      waiter.timer?.cancel()
      waiter.continuation.resume(returning: outcome)
    }
  }

  private func leave(_ id: Int, _ key: Key, _ error: ExchangeError, marksAbandoned: Bool) {
    let (waiter, work): (Waiter?, Task<Void, Never>?) = inner.withLock { inner in
      guard let waiter = inner.flights[key]?.waiters.removeValue(forKey: id) else {
        if marksAbandoned { inner.abandoned.insert(id) }
        return (nil, nil)
      }
      guard let flight = inner.flights[key], flight.waiters.isEmpty else { return (waiter, nil) }
      inner.flights[key] = nil
      return (waiter, flight.work)
    }
    waiter?.timer?.cancel()
    waiter?.continuation.resume(returning: .failure(error))
    work?.cancel()
  }
}

extension ExchangeError {
  /// The time for the answer is over.
  static let late = ExchangeError(.timeout, .retry, "the exchange did not answer in time")
}
