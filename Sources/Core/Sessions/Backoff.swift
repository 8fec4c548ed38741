/// How long to wait before the next attempt: doubles up to a cap, the upper half of it random.
///
/// The random half keeps gateways that lost the same exchange from coming back in step; the fixed half keeps each pause
/// longer than the one before until the cap is reached.
public struct Backoff: Sendable {
  /// The first pause, in milliseconds.
  public let first: Int64
  /// The longest pause, in milliseconds.
  public let cap: Int64
  /// How long things must have gone well for the next pause to be the first again, in milliseconds.
  public let calm: Int64
  /// Attempts that failed since things last went well.
  public private(set) var failures = 0

  /// A backoff of the given figures, all in milliseconds.
  public init(first: Int64, cap: Int64, calm: Int64) {
    self.first = max(1, first)
    self.cap = max(first, cap)
    self.calm = calm
  }

  /// For stream connections: 0.5 s doubling to 10 s; forgotten after a minute of calm. How often an exchange is asked
  /// whose streams cannot be had at all is decided by `StreamOutageState`.
  public static let streams = Backoff(first: 500, cap: 10_000, calm: 60_000)
  /// For lists that must be loaded before an exchange can answer.
  public static let lists = Backoff(first: 500, cap: 15_000, calm: 0)
  /// Between the attempts of one request.
  public static let requests = Backoff(first: 100, cap: 2000, calm: 0)

  /// Notes a failure and gives the pause before the next attempt, in milliseconds.
  ///
  /// - Parameter wentWellFor: how long the attempt that now failed had been going well; 0 when it never did.
  public mutating func pause(wentWellFor: Int64, using random: inout some RandomNumberGenerator) -> Int64 {
    if wentWellFor >= calm, wentWellFor > 0 { failures = 0 }
    let doublings = min(failures, 40)
    failures += 1
    let whole = first > cap >> Int64(doublings) ? cap : first << Int64(doublings)
    return whole / 2 + Int64.random(in: 0...(whole - whole / 2), using: &random)
  }
}
