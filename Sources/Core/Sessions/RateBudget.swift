internal import Contract

/// What may still be spent of an exchange's request weight: kept below the limit by counting ours, and by believing the
/// exchange when it says how much the address has used (others may share it).
public struct RateBudget: Sendable {
  private let weightPerWindow: Int
  private let window: Int64
  /// When the current window began; `nil` before the first use.
  private var windowStart: Int64?
  private var used = 0
  private var pausedUntil: Int64 = .min

  /// Leave this part of the weight unspent: other programs may share the address.
  static let usablePercent = 90

  /// A budget of so much weight in a window of so many milliseconds.
  public init(weightPerWindow: Int, windowMilliseconds: Int64) {
    self.weightPerWindow = max(1, weightPerWindow * RateBudget.usablePercent / 100)
    window = max(1, windowMilliseconds)
  }

  /// The time until which the exchange asked us to stay away; `nil` when it did not, or it is over.
  public func pauseEnd(now: Int64) -> Int64? {
    pausedUntil > now ? pausedUntil : nil
  }

  /// Takes weight and gives 0, or takes nothing and gives how long to wait before asking again, in milliseconds.
  public mutating func take(_ weight: Int, now: Int64) -> Int64 {
    if pausedUntil > now { return pausedUntil - now }
    let start = roll(now)
    if used > 0, used + weight > weightPerWindow { return start + window - now }
    used += weight
    return 0
  }

  /// Notes what the exchange says has been used in the current window.
  public mutating func observe(used observed: Int, now: Int64) {
    roll(now)
    used = max(used, observed)
  }

  /// Notes that the exchange wants no request before a time.
  public mutating func pause(until time: Int64) {
    pausedUntil = max(pausedUntil, time)
  }

  /// The weight taken in the current window.
  public mutating func usedWeight(now: Int64) -> Int {
    roll(now)
    return used
  }

  /// Starts a new window when the old one is over; gives when the current one began.
  @discardableResult
  private mutating func roll(_ now: Int64) -> Int64 {
    // Windows stand on a grid from the first use on: a later one starts a whole number of windows after it.
    let start = windowStart.map { $0 + max(0, now - $0) / window * window } ?? now
    if start != windowStart { used = 0 }
    windowStart = start
    return start
  }
}

/// The budgets of one exchange: the general one, and those that some requests spend instead.
struct ExchangeBudgets {
  private var general: RateBudget
  private var own: [RequestBudget: RateBudget] = [:]

  init(_ limits: RESTLimits) {
    general = RateBudget(weightPerWindow: limits.weightPerWindow, windowMilliseconds: limits.windowMilliseconds)
  }

  /// Takes the request's weight and gives 0, or gives how long to wait, in milliseconds. A pause holds for all budgets.
  mutating func take(_ request: UpstreamRequest, now: Int64) -> Int64 {
    if let end = general.pauseEnd(now: now) { return end - now }
    guard let name = request.budget else { return general.take(request.weight, now: now) }
    return own[
      name,
      default: RateBudget(weightPerWindow: name.weightPerWindow, windowMilliseconds: name.windowMilliseconds)
    ].take(request.weight, now: now)
  }

  func isPaused(now: Int64) -> Bool { general.pauseEnd(now: now) != nil }

  mutating func observe(used: Int, now: Int64) {
    general.observe(used: used, now: now)
  }

  mutating func pause(until time: Int64) {
    general.pause(until: time)
  }
}
