internal import Model
internal import Net
internal import Wire

/// When an answer was made, by the exchange's clock.
///
/// Our own clock may be wrong by seconds, and a candle that is called over too early is wrong for ever. `Date` is the
/// exchange's clock when it sent the answer, cut to the second, and the answer cannot have been made before the request
/// was sent: so `Date` less the whole round trip is past by then, however wrong our clock is.
enum AnswerTime {
  /// A time that was past when the answer was made: by `Date` and by our clock, whichever is earlier.
  ///
  /// - Parameters:
  ///   - sent: when the request was sent, by our clock.
  ///   - roundTrip: from before the request was sent until after the answer had come, in milliseconds.
  static func earliest(asked sent: Timestamp, _ response: HTTPClientResponse, roundTrip: Int64) -> Timestamp {
    guard let text = response.header("date"), let seconds = HTTPDate.secondsSince1970(text) else { return sent }
    return min(sent, Timestamp(microseconds: seconds * 1_000_000).advanced(byMilliseconds: -max(0, roundTrip)))
  }
}
