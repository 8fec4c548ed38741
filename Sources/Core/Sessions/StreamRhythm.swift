/// How often one stream sends, learned from its own messages, and for how long it may send nothing before that can no
/// longer be chance.
///
/// The bound is that of a Poisson stream whose rate is known from n waits alone: the next wait is longer than
/// n · mean · (p^(-1/n) − 1) with a chance of p. With few samples it is wide by itself, with many it comes down to
/// −ln p means. Real streams are burstier than Poisson's, so three things widen it: messages of one burst count as one,
/// the longer of a short and a long memory is taken (a stream that slows down over the day is believed at once, one that
/// speeds up after a while), and so is the longest wait of late.
///
/// It knows no hours of trading: perpetual contracts of crypto exchanges are traded without a break. A market that
/// closes is quiet by schedule, and would have to say so before it is watched this way.
struct StreamRhythm {
  /// With fewer waits than this nothing is known.
  static let leastCount = 8
  /// The chance that a wait of a steady stream is longer than the bound: e^(-16.2), one in eleven million.
  private static let improbability = 16.2
  private static let longMemory = 512
  private static let shortMemory = 32
  /// The longest wait is forgotten over an hour.
  private static let peakMemory = 3_600_000.0
  /// How much longer than the longest wait of late the next one may be.
  private static let peakMargin = 1.5
  /// A wait of this mean is still one of a stream of at least one message a second: a little more, as it is estimated.
  private static let secondlyMean = 1200.0
  /// No bound is longer, in milliseconds.
  private static let longest = 86_400_000.0

  private(set) var count = 0
  private var longMean = 0.0
  private var shortMean = 0.0
  private var peak = 0.0

  /// Learns a wait: from the end of one burst to the next message, in milliseconds.
  mutating func note(_ wait: Int64, burst: Int64) {
    let wait = Double(max(0, wait))
    count += 1
    longMean += (wait - longMean) / Double(min(count, StreamRhythm.longMemory))
    shortMean += (wait - shortMean) / Double(min(count, StreamRhythm.shortMemory))
    peak = max(wait, peak - peak * min(1, (wait + Double(burst)) / StreamRhythm.peakMemory))
  }

  /// The longest wait beyond a burst that may be chance, in milliseconds; `nil` while too little is known.
  func bound(atLeast floor: Int64) -> Int64? {
    guard count >= StreamRhythm.leastCount else { return nil }
    let means = StreamRhythm.means[min(count, StreamRhythm.means.count - 1)]
    let bound = max(means * max(longMean, shortMean), StreamRhythm.peakMargin * peak)
    return max(floor, Int64(min(bound, StreamRhythm.longest)))
  }

  /// Whether it sends at least once a second.
  var isSecondly: Bool { count >= StreamRhythm.leastCount && longMean <= StreamRhythm.secondlyMean }

  /// n · (e^(16.2/n) − 1), by n. A mean with a memory of N waits is as good as one of 2N − 1.
  private static let means: [Double] = (0..<2 * longMemory).map { count in
    let share = improbability / Double(max(1, count))
    var (sum, term, divisor) = (0.0, share, 1.0)
    while term > 1e-12 {
      sum += term
      divisor += 1
      term *= share / divisor
    }
    return Double(max(1, count)) * sum
  }
}
