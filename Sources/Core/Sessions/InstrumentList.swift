public import Contract
public import Model
internal import Net
public import Telemetry

/// The instrument list of one exchange, kept fresh: loaded at the start until it succeeds, then every hour, and when
/// a symbol is asked for that it does not have, at most once a minute. An instrument that is missing in an answer is asked
/// for again soon: `InstrumentChanges` says what that means.
///
/// Crosses threads: the list itself is immutable, the reference to it stands behind a lock.
public final class InstrumentList: Sendable {
  private struct State {
    var changes = InstrumentChanges()
    var lastAttempt: Int64?
    /// When the list that is there was asked for.
    var loaded: Int64?
    var isLoading = false
    var loop: Task<Void, Never>?
    var isStopped = false
    var tell: (@Sendable ([InstrumentChange]) -> Void)?
    var cause = "the instrument list is not loaded yet"
  }

  /// Between two routine refreshes, in milliseconds.
  public static let refreshPeriod: Int64 = 3_600_000
  /// Between two refreshes because something is missing, in milliseconds.
  static let missRefreshPeriod: Int64 = 60_000
  /// Lists are no longer read when so many states of instruments are known in this process, as each is kept: that of all
  /// exchanges together is some thousands, and a few more a day.
  static let mostStates = 500_000
  /// How long one load may take, in milliseconds.
  static let deadline: Int64 = 30_000

  private let exchange: any ExchangeInterface
  private let client: ExchangeClient
  private let clock: any TimeSource
  private let logger: Logger
  private let state = Lock(State())
  private let loads: Flights<ExchangeID, Bool>
  private let mostStates: Int

  /// The list of an exchange, empty until `start`.
  public convenience init(
    _ exchange: any ExchangeInterface, client: ExchangeClient, clock: any TimeSource, logger: Logger
  ) {
    self.init(exchange, client: client, clock: clock, logger: logger, mostStates: InstrumentList.mostStates)
  }

  init(
    _ exchange: any ExchangeInterface, client: ExchangeClient, clock: any TimeSource, logger: Logger, mostStates: Int
  ) {
    self.exchange = exchange
    self.client = client
    self.clock = clock
    self.logger = logger
    self.mostStates = mostStates
    loads = Flights(clock: clock)
  }

  /// The list; `nil` while it has never been loaded.
  public var catalog: InstrumentCatalog? { state.withLock { $0.changes.catalog } }

  /// Why there is no list, in one sentence.
  public var cause: String { state.withLock { $0.cause } }

  /// Calls back after each load that succeeds, from any thread, with what it changed; the first one changes nothing. Set
  /// once, before `start`.
  public func onLoad(_ tell: @escaping @Sendable ([InstrumentChange]) -> Void) {
    state.withLock { $0.tell = tell }
  }

  /// Starts keeping it fresh. Nothing happens when that goes on already, or has been stopped.
  public func start() {
    state.withLock { state in
      guard state.loop == nil, !state.isStopped else { return }
      state.loop = Task { await self.keepFresh() }
    }
  }

  /// Stops keeping it fresh, for good.
  public func stop() {
    state.withLock { state in
      state.isStopped = true
      state.tell = nil
      state.loop?.cancel()
      state.loop = nil
    }
  }

  /// Looks a symbol up again after a refresh, when one is due or under way; waits for it no longer than until a deadline in
  /// monotonic milliseconds.
  public func matchAfterRefresh(_ symbol: String, deadline: Int64? = nil) async -> InstrumentMatch? {
    if isRefreshDue { await load(deadline: deadline ?? clock.monotonicMilliseconds + InstrumentList.deadline) }
    return catalog?.match(symbol)
  }

  /// Whether a miss would be followed by a refresh now, or by waiting for one.
  public var isRefreshDue: Bool {
    let now = clock.monotonicMilliseconds
    return state.withLock { state in
      state.isLoading || state.lastAttempt.map { now - $0 >= InstrumentList.missRefreshPeriod } ?? true
    }
  }

  /// The list, and when it was asked for; `nil` while it has never been loaded.
  public var dated: Dated<InstrumentCatalog>? {
    state.withLock { state in
      guard let catalog = state.changes.catalog, let loaded = state.loaded else { return nil }
      return Dated(value: catalog, asked: loaded)
    }
  }

  private func keepFresh() async {
    var backoff = Backoff.lists
    var random = SystemRandomNumberGenerator()
    while !Task.isCancelled {
      let isLoaded = await load(deadline: clock.monotonicMilliseconds + InstrumentList.deadline)
      let pause = isLoaded ? usualPause : backoff.pause(wentWellFor: 0, using: &random)
      try? await Task.sleep(for: .milliseconds(pause))
    }
  }

  /// Until the next routine refresh, in milliseconds.
  var usualPause: Int64 {
    state.withLock { $0.changes.hasDoubt ? InstrumentList.missRefreshPeriod : InstrumentList.refreshPeriod }
  }

  /// Loads the list, or waits for the load under way.
  @discardableResult
  private func load(deadline: Int64) async -> Bool {
    let outcome = await loads.join(exchange.id, deadline: deadline) { end in
      .success(await self.loadOnce(deadline: end))
    }
    return (try? outcome.get()) ?? false
  }

  private func loadOnce(deadline: Int64) async -> Bool {
    let now = clock.monotonicMilliseconds
    state.withLock { state in
      state.lastAttempt = now
      state.isLoading = true
    }
    defer { state.withLock { $0.isLoading = false } }
    guard Instrument.knownStates < mostStates else {
      failed("instruments have changed more often than this process can remember")
      return false
    }
    do throws(ExchangeError) {
      let answer = try await client.askDated(exchange.instruments(), deadline: deadline)
      guard !answer.value.isEmpty else { throw .malformed("the exchange's instrument list is empty") }
      let (isFirst, changes) = state.withLock { state in
        let isFirst = state.changes.catalog == nil
        state.loaded = answer.asked
        let changes = state.changes.receive(
          answer.value, isPartial: answer.isPartial, namesCoins: exchange.declaration.namesCoins, at: clock.wallClock)
        return (isFirst, changes)
      }
      if isFirst { logger.info("instruments loaded", ["count": answer.value.count]) }
      if !changes.isEmpty { logger.info("instruments changed", InstrumentList.counts(of: changes)) }
      state.withLock { $0.tell }?(changes)
      return true
    } catch {
      // The exchange was not asked: why it is left alone has been said, and is still the cause.
      if error.kind == .unavailable, error.pauseMilliseconds != nil { return false }
      failed(error.reason)
      return false
    }
  }

  private func failed(_ cause: String) {
    let isNews = state.withLock { state in
      defer { state.cause = cause }
      return state.cause != cause
    }
    if isNews { logger.error("the instrument list cannot be loaded", ["cause": cause]) }
  }

  private static func counts(of changes: [InstrumentChange]) -> Logger.Metadata {
    func count(_ kind: InstrumentChange.Kind) -> Int { changes.count { $0.kind == kind } }
    return ["listed": count(.listed), "changed": count(.changed), "delisted": count(.delisted)]
  }
}
