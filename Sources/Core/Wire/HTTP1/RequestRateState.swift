/// How many requests each client may still make: a token bucket an address, filled evenly over the window. Pure: time is an
/// argument.
///
/// A bucket is kept as one number, the moment at which it is full again (the generic cell rate algorithm, ITU-T I.371
/// annex A): nothing has to be refilled, and a bucket that is full need not be kept.
///
/// Addresses are remembered in two generations. A new one begins with each window, or when half of the room is used up;
/// the one before the last is forgotten. Whoever was last seen a window ago has a full bucket, so that forgetting him
/// changes nothing; only with more than half of the room's addresses within one window is anybody forgotten earlier.
/// So memory is bounded, and a request costs the same however many clients there are.
public struct RequestRateState: Sendable {
  /// What a request gets, and what its client may know.
  public struct Verdict: Sendable, Equatable {
    /// Whether the request may go on.
    public let isAllowed: Bool
    /// Requests in a full bucket.
    public let limit: Int
    /// Requests that would be allowed at once behind this one.
    public let remaining: Int
    /// Until the bucket is full again, in seconds, rounded up.
    public let resetSeconds: Int64
    /// Until the next request is allowed, in seconds, rounded up; 0 when it is now.
    public let retryAfterSeconds: Int64
  }

  private static let nanosecondsPerSecond: Int64 = 1_000_000_000

  /// What one request takes from its bucket, in the time that it takes to come back.
  private let cost: Int64
  private let requests: Int
  private let window: Int64
  private let generationLimit: Int
  private var generationBegan: Int64 = .min
  /// When each address has a full bucket again, in nanoseconds.
  private var recent: [ClientAddress: Int64] = [:]
  private var older: [ClientAddress: Int64] = [:]

  /// Nobody has asked yet. `requests` in `windowMilliseconds` for each address, at least one of each; so many addresses
  /// are remembered at most.
  public init(requests: Int, windowMilliseconds: Int64, maxAddresses: Int = 65_536) {
    self.requests = max(1, requests)
    window = max(1, windowMilliseconds) * 1_000_000
    cost = max(1, window / Int64(self.requests))
    generationLimit = max(1, maxAddresses / 2)
  }

  /// How many addresses are remembered.
  public var addressCount: Int { recent.count + older.count }

  /// A request of this client at this moment.
  public mutating func take(_ client: ClientAddress, nowMilliseconds: Int64) -> Verdict {
    let now = nowMilliseconds * 1_000_000
    let fullAt = recent[client] ?? older[client] ?? now
    beginGeneration(at: now, for: client)
    // Of a full bucket, which is what a division leaves of the window.
    let capacity = cost * Int64(requests)
    var debt = min(capacity, max(0, fullAt - now))
    let isAllowed = debt + cost <= capacity
    if isAllowed { debt += cost }
    recent[client] = now + debt
    return Verdict(
      isAllowed: isAllowed, limit: requests, remaining: Int((capacity - debt) / cost),
      resetSeconds: RequestRateState.seconds(debt),
      retryAfterSeconds: RequestRateState.seconds(max(0, debt + cost - capacity)))
  }

  private mutating func beginGeneration(at now: Int64, for client: ClientAddress) {
    let isFull = recent.count >= generationLimit && recent[client] == nil
    guard isFull || generationBegan == .min || now - generationBegan >= window else { return }
    swap(&recent, &older)
    recent.removeAll(keepingCapacity: true)
    generationBegan = now
  }

  private static func seconds(_ nanoseconds: Int64) -> Int64 {
    (nanoseconds + nanosecondsPerSecond - 1) / nanosecondsPerSecond
  }
}
