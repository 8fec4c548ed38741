internal import Contract

/// When the exchange may be asked for another connection: no more attempts within its window than it allows, whichever
/// session makes them, and however they go.
struct AttemptBudget {
  /// The window is taken to be longer by this part of it, as attempts reach the exchange later than they are made, and not
  /// all equally late.
  static let marginPart: Int64 = 10

  private let window: Int64
  /// When the last attempts were made; a ring once it is full.
  private var attempts: [Int64] = []
  private let limit: Int
  private var oldest = 0

  init(_ limits: StreamLimits) {
    limit = max(1, limits.attemptsPerWindow)
    window = limits.attemptWindowMilliseconds + limits.attemptWindowMilliseconds / AttemptBudget.marginPart
  }

  /// An attempt is wanted: counts it, or gives when one may be made.
  mutating func attempt(now: Int64) -> Int64? {
    guard attempts.count >= limit else {
      attempts.append(now)
      return nil
    }
    let free = attempts[oldest] + window
    guard now >= free else { return free }
    attempts[oldest] = now
    oldest = (oldest + 1) % limit
    return nil
  }
}
