internal import Model

/// How far our clock may be ahead of an exchange's. A candle must not be called over before it is, and its stream tells
/// no time; but a state of a candle is sent between the candle's begin and its end, or a moment after.
struct ClockLead {
  /// A lead within this, in milliseconds, is within the time everything is given to arrive.
  static let allowance = CandleClosingState.delay

  /// No lead is believed that is longer, in milliseconds.
  private let longest: Int64
  /// At least this: further states came when their candle was over by our clock.
  private var proved: Int64 = 0
  /// The same of first states, which may be of a candle that was over long since: not believed against `most`.
  private var claimed: Int64 = 0
  /// At most this: states came so long after their candle had begun.
  private var most: Int64?
  /// At most this, by what answers over REST said of the time.
  private var answered: Int64?

  init(longest: Int64 = .max) {
    self.longest = longest
  }

  /// Milliseconds; 0 where nothing speaks for more than the allowance.
  var milliseconds: Int64 { min(shown, longest) }

  private var shown: Int64 {
    if proved > ClockLead.allowance { return max(proved, most ?? 0) }
    if claimed > ClockLead.allowance { return most ?? 0 }
    guard let answered, answered > ClockLead.allowance else { return 0 }
    return min(answered, most ?? answered)
  }

  /// A state of a candle came by the stream; `isFurther` when there was one of that candle before.
  mutating func note(_ candle: Candle, isFurther: Bool) {
    let sinceEnd = candle.receiveTime.milliseconds(since: candle.interval.endTime(ofCandleAt: candle.openTime))
    if isFurther { proved = max(proved, sinceEnd) } else { claimed = max(claimed, sinceEnd) }
    let sinceBegin = max(0, candle.receiveTime.milliseconds(since: candle.openTime))
    most = min(most ?? sinceBegin, sinceBegin)
  }

  /// An answer that came at `receiveTime`, by our clock, was made when `past` had passed by the exchange's.
  mutating func note(answerMadeAfter past: Timestamp, at receiveTime: Timestamp) {
    let lead = max(0, receiveTime.milliseconds(since: past))
    answered = min(answered ?? lead, lead)
  }

  /// A time that has passed by the exchange's clock when ours stands at `now`, but for the allowance.
  func exchangeTime(at now: Timestamp) -> Timestamp {
    now.advanced(byMilliseconds: -max(0, milliseconds - ClockLead.allowance))
  }
}
