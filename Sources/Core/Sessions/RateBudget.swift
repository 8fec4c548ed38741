/// What may still be spent of a request weight that an exchange allows in a window of time.
///
/// Two rules hold at once. In any stretch of a window's length, wherever the exchange lets its own begin, no more than the
/// usable part of the weight is spent: a trailing sum over slices of time. And what is beyond a first burst is spread
/// evenly over the window instead of being spent in its first second (the generic cell rate algorithm, ITU-T I.371).
/// Time is an argument, in milliseconds; it never goes back.
struct RateBudget: Sendable {
  /// Leave the rest unspent: other programs may share the address, and clocks differ.
  static let usablePercent = 80
  /// The part of the usable weight that may be spent at once.
  static let burstPercent = 50
  /// Slices of a window; one more is summed, so that a slice's beginning does not count as its end.
  private static let slices: Int64 = 60

  /// The weight that may be spent in a window.
  let usable: Int
  private let window: Int64
  private let sliceLength: Int64
  private var spent: [Int]
  private var newestSlice: Int64?
  private var sum = 0
  private let burst: Int
  private let microsecondsPerWeight: Int64
  /// When an evenly spread spender would have spent what was spent, in microseconds.
  private var paceTime: Int64 = .min

  /// A budget of so much weight in a window of so many milliseconds.
  init(weightPerWindow: Int, windowMilliseconds: Int64) {
    let weight = min(max(weightPerWindow, 1), 1_000_000_000)
    usable = max(1, weight * RateBudget.usablePercent / 100)
    burst = max(1, usable * RateBudget.burstPercent / 100)
    window = min(max(windowMilliseconds, 1), 86_400_000)
    sliceLength = max(1, (window + RateBudget.slices - 1) / RateBudget.slices)
    spent = Array(repeating: 0, count: Int((window + sliceLength - 1) / sliceLength) + 1)
    microsecondsPerWeight = max(1, (window * 1000 + Int64(usable) - 1) / Int64(usable))
  }

  /// Takes weight and gives 0, or takes nothing and gives how long to wait before asking again.
  mutating func take(_ weight: Int, now: Int64) -> Int64 {
    let wait = wait(for: weight, now: now)
    guard wait == 0 else { return wait }
    let weight = min(max(weight, 0), usable)
    spend(weight, now: now)
    paceTime = max(paceTime, now * 1000) + Int64(weight) * microsecondsPerWeight
    return 0
  }

  /// How long until so much weight could be taken, when so much is to be taken before it; 0 is now.
  ///
  /// More than the usable weight is taken when all of it is there: such a request would else wait for ever.
  mutating func wait(for weight: Int, behind ahead: Int = 0, now: Int64) -> Int64 {
    roll(now)
    let weight = min(max(weight, 0), usable)
    let total = min(max(ahead, 0), 1_000_000_000) + weight
    guard total > 0 else { return 0 }
    return max(room(for: total, now: now), pace(for: total, last: weight, now: now))
  }

  /// Notes what the exchange says was used in its current window: where that is more than we know of, others use it too.
  mutating func observe(used observed: Int, now: Int64) {
    roll(now)
    if observed > sum { spend(min(observed, usable) - min(sum, usable), now: now) }
  }

  /// The weight spent in the window that ends now.
  mutating func used(now: Int64) -> Int {
    roll(now)
    return sum
  }

  private mutating func spend(_ weight: Int, now: Int64) {
    roll(now)
    spent[index(now / sliceLength)] += weight
    sum += weight
  }

  /// Until the trailing sum has room.
  private func room(for total: Int, now: Int64) -> Int64 {
    guard let newestSlice else { return 0 }
    // Each full window lets so much through; the rest waits for the slices that leave.
    let fullWindows = Int64((total - 1) / usable) * window
    let rest = (total - 1) % usable + 1
    var left = sum
    guard left + rest > usable else { return fullWindows }
    let oldest = newestSlice - Int64(spent.count) + 1
    for slice in oldest...newestSlice {
      left -= spent[index(slice)]
      if left + rest <= usable {
        return fullWindows + max(1, (slice + Int64(spent.count)) * sliceLength - now)
      }
    }
    return fullWindows + window
  }

  /// Until the pace has come so far. A single request larger than the burst waits for a whole burst only.
  private func pace(for total: Int, last: Int, now: Int64) -> Int64 {
    let weight = Int64(total - last + min(last, burst))
    let start = max(paceTime, now * 1000)
    let early = start + weight * microsecondsPerWeight - Int64(burst) * microsecondsPerWeight - now * 1000
    return max(0, (early + 999) / 1000)
  }

  /// Forgets the slices that are older than a window.
  private mutating func roll(_ now: Int64) {
    let current = now / sliceLength
    let newest = newestSlice ?? current
    guard current > newest else {
      newestSlice = newest
      return
    }
    for slice in max(newest + 1, current - Int64(spent.count) + 1)...current {
      sum -= spent[index(slice)]
      spent[index(slice)] = 0
    }
    newestSlice = current
  }

  private func index(_ slice: Int64) -> Int {
    let remainder = Int(slice % Int64(spent.count))
    return remainder < 0 ? remainder + spent.count : remainder
  }
}
