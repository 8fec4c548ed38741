internal import Contract

/// When an exchange whose streams cannot be had is asked for them less often, and how often then.
public struct OutageTerms: Sendable {
  /// Attempts at one endpoint that failed in a row before that.
  public var failures: Int
  /// From one attempt at the exchange to the next, in milliseconds, before the random part.
  public var pause: Int64

  /// Terms of the given figures.
  public init(failures: Int, pause: Int64) {
    self.failures = max(1, failures)
    self.pause = max(1, pause)
  }

  /// Five failures in a row; then an attempt in 30 s. With the random part and the time an attempt may take, data flows
  /// within a minute of the exchange's return.
  public static let usual = OutageTerms(failures: 5, pause: 30_000)
}

/// Holds the sessions of one exchange back while its streams cannot be had: one attempt, the probe, is made by whoever comes
/// first, and all others wait for its end. Its success lets everybody go, and so does a sign that the exchange is there.
///
/// What a single session does after a close is `Backoff`'s affair. This is for the outage of the exchange: each of many
/// sessions keeping its own pauses would together ask it many times as often as one. Time is an argument, in monotonic
/// milliseconds.
struct StreamOutageState {
  /// The random part of a pause: up to a tenth of it, on top, so that a pause is never shorter than it is said to be.
  static let jitterPart: Int64 = 10
  /// The least of the random part: what is asked over REST and is due has its turn before the next attempt at a stream.
  static let leastJitterPart: Int64 = 30
  /// Where several endpoints wait, the one that was asked last lets the others go before it, by this part of a pause.
  static let turnPart: Int64 = 100

  private let terms: OutageTerms
  private var random: SplitMix64
  /// Attempts that failed since the endpoint last confirmed anything.
  private var failures: [StreamEndpoint: Int] = [:]
  private var lastAttempts: [StreamEndpoint: Int64] = [:]
  private var nextAttempt = Int64.min
  /// The last question over REST that counted as an attempt: it is told of more than once.
  private var lastProbe: Int64?
  /// Signs that end a pause are as far apart as attempts: REST may answer while the streams stay away.
  private var nextSign = Int64.min
  /// Whether the last thing known of the streams is that they are there.
  private var isProven = false
  /// Whether a session was told to wait.
  private var hasPostponed = false

  init(_ terms: OutageTerms, seed: UInt64) {
    self.terms = terms
    random = SplitMix64(seed: seed)
  }

  /// Whether any endpoint has failed so often that it is asked for less often.
  var isOpen: Bool { failures.values.contains { $0 >= terms.failures } }

  /// An attempt is wanted: gives when one may be made; `nil` is now. `isLeftAlone`: the exchange fails over REST as well, so
  /// that the first of several sessions that lost their connections finds out for all.
  mutating func earliest(_ endpoint: StreamEndpoint, isLeftAlone: Bool, now: Int64) -> Int64? {
    guard isOutage(endpoint, isLeftAlone: isLeftAlone) else { return nil }
    let last = lastAttempts[endpoint] ?? .min
    let rank = Int64(lastAttempts.values.count { $0 < last })
    let time = nextAttempt + rank * (terms.pause / StreamOutageState.turnPart)
    guard now < time else { return nil }
    hasPostponed = true
    return time
  }

  /// Whether an attempt now finds out for all, and is followed by a pause.
  func isOutage(_ endpoint: StreamEndpoint, isLeftAlone: Bool) -> Bool {
    failures[endpoint, default: 0] >= terms.failures || (isLeftAlone && !isProven)
  }

  /// An attempt is made.
  mutating func began(_ endpoint: StreamEndpoint, now: Int64) {
    lastAttempts[endpoint] = now
    pause(after: now)
  }

  /// The exchange was asked over REST, where it fails too: that was the attempt of this pause.
  mutating func probed(at time: Int64) {
    guard time != lastProbe else { return }
    lastProbe = time
    if nextAttempt < time + terms.pause { pause(after: time) }
  }

  private mutating func pause(after time: Int64) {
    let least = terms.pause / StreamOutageState.leastJitterPart
    let most = max(least, terms.pause / StreamOutageState.jitterPart)
    nextAttempt = time + terms.pause + Int64.random(in: least...most, using: &random)
  }

  /// An attempt ended before the exchange had said anything to our topics. Whether it is an outage only now.
  mutating func failed(_ endpoint: StreamEndpoint) -> Bool {
    let wasOpen = isOpen
    isProven = false
    failures[endpoint, default: 0] += 1
    return isOpen && !wasOpen
  }

  /// A connection is gone that the exchange had confirmed topics on: the next attempt is a question again.
  mutating func lost() { isProven = false }

  /// The exchange has confirmed topics. Whether sessions that wait are to go now.
  mutating func succeeded(_ endpoint: StreamEndpoint) -> Bool {
    failures[endpoint] = nil
    isProven = true
    return release()
  }

  /// The exchange is there again, as its REST side shows. Whether sessions that wait are to go now.
  mutating func signOfLife(now: Int64) -> Bool {
    guard now >= nextSign, release() else { return false }
    nextSign = now + terms.pause
    return true
  }

  /// The next attempt may be made at once.
  private mutating func release() -> Bool {
    nextAttempt = .min
    defer { hasPostponed = false }
    return hasPostponed || isOpen
  }
}
