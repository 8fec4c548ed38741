public import Contract
internal import Model
internal import Net
public import Telemetry

/// The instrument list of one exchange, kept fresh: loaded at the start until it succeeds, then every hour, and when
/// a symbol is asked for that it does not have, at most once a minute.
///
/// Crosses threads: the list itself is immutable, the reference to it stands behind a lock.
public final class InstrumentList: Sendable {
  private struct State {
    var catalog: InstrumentCatalog?
    var lastAttempt: Int64?
    var loop: Task<Void, Never>?
    var cause = "the instrument list is not loaded yet"
  }

  /// Between two routine refreshes, in milliseconds.
  static let refreshPeriod: Int64 = 3_600_000
  /// Between two refreshes because of a missing symbol, in milliseconds.
  static let missRefreshPeriod: Int64 = 60_000
  /// How long one load may take, in milliseconds.
  static let deadline: Int64 = 30_000

  private let exchange: any ExchangeInterface
  private let client: ExchangeClient
  private let clock: any TimeSource
  private let logger: Logger
  private let state = Lock(State())

  /// The list of an exchange, empty until `start`.
  public init(_ exchange: any ExchangeInterface, client: ExchangeClient, clock: any TimeSource, logger: Logger) {
    self.exchange = exchange
    self.client = client
    self.clock = clock
    self.logger = logger
  }

  /// The list; `nil` while it has never been loaded.
  public var catalog: InstrumentCatalog? { state.withLock { $0.catalog } }

  /// Why there is no list, in one sentence.
  public var cause: String { state.withLock { $0.cause } }

  /// Starts keeping it fresh.
  public func start() {
    let task = Task { await self.keepFresh() }
    state.withLock { $0.loop = task }
  }

  /// Stops keeping it fresh.
  public func stop() {
    state.withLock { state in
      state.loop?.cancel()
      state.loop = nil
    }
  }

  /// Looks a symbol up again after a refresh, when one is due.
  public func matchAfterRefresh(_ symbol: String) async -> InstrumentMatch? {
    let now = clock.monotonicMilliseconds
    let isDue = state.withLock { state in
      guard let last = state.lastAttempt, now - last < InstrumentList.missRefreshPeriod else {
        state.lastAttempt = now
        return true
      }
      return false
    }
    if isDue { await load() }
    return catalog?.match(symbol)
  }

  /// Whether a miss would be followed by a refresh now.
  public var isRefreshDue: Bool {
    let now = clock.monotonicMilliseconds
    return state.withLock { state in state.lastAttempt.map { now - $0 >= InstrumentList.missRefreshPeriod } ?? true }
  }

  private func keepFresh() async {
    var backoff = Backoff.lists
    var random = SystemRandomNumberGenerator()
    while !Task.isCancelled {
      let isLoaded = await load()
      let pause = isLoaded ? InstrumentList.refreshPeriod : backoff.pause(wentWellFor: 0, using: &random)
      try? await Task.sleep(for: .milliseconds(pause))
    }
  }

  @discardableResult
  private func load() async -> Bool {
    let now = clock.monotonicMilliseconds
    state.withLock { $0.lastAttempt = now }
    do throws(ExchangeError) {
      let list = try await client.ask(exchange.instruments(), deadline: now + InstrumentList.deadline)
      guard !list.isEmpty else { throw .malformed("the exchange's instrument list is empty") }
      let isFirst = state.withLock { state in
        defer {
          state.catalog = .refreshed(
            list, from: state.catalog ?? .empty, namesCoins: exchange.declaration.namesCoins)
        }
        return state.catalog == nil
      }
      if isFirst { logger.info("instruments loaded", ["count": list.count]) }
      return true
    } catch {
      let isNews = state.withLock { state in
        defer { state.cause = error.reason }
        return state.cause != error.reason
      }
      if isNews { logger.error("the instrument list cannot be loaded", ["cause": error.reason]) }
      return false
    }
  }
}
