/// Open interest or volume of one bar far above its own past.
public struct Spike: Sendable, Equatable {
  /// What stands out.
  public let instrument: Instrument
  /// The length of the bar.
  public let timeframe: Interval
  /// When the bar closed: the end of its candle and the stamp of its open interest.
  public let barEnd: Timestamp
  /// Sample standard deviations above the mean of the bars before; `nil` when it cannot be said.
  public let openInterestScore: Double?
  /// The same of the bar's quote volume.
  public let volumeScore: Double?
  /// Whether both reach the threshold.
  public let isConfirmed: Bool

  /// A spike of the given properties.
  public init(
    instrument: Instrument, timeframe: Interval, barEnd: Timestamp, openInterestScore: Double?, volumeScore: Double?,
    isConfirmed: Bool
  ) {
    self.instrument = instrument
    self.timeframe = timeframe
    self.barEnd = barEnd
    self.openInterestScore = openInterestScore
    self.volumeScore = volumeScore
    self.isConfirmed = isConfirmed
  }
}
