public import Model

/// What a bar of one timeframe must reach to be a spike. Floors keep small markets out, where little moves much.
public struct SpikeRule: Sendable {
  /// The length of the bars.
  public let timeframe: Interval
  /// Sample standard deviations above the mean.
  public let threshold: Double
  /// Open interest the bar must have, in quote units.
  public let openInterestFloor: FixedDecimal
  /// Volume the bar must have, in quote units.
  public let volumeFloor: FixedDecimal

  /// A rule of the given figures.
  public init(timeframe: Interval, threshold: Double, openInterestFloor: FixedDecimal, volumeFloor: FixedDecimal) {
    self.timeframe = timeframe
    self.threshold = threshold
    self.openInterestFloor = openInterestFloor
    self.volumeFloor = volumeFloor
  }

  /// Bars the last one is measured against.
  public static let baselineBars = 50
  /// How long the bar's second half is waited for after its end, in milliseconds: open interest of the past is
  /// published with a delay.
  public static let patienceMilliseconds: Int64 = 240_000

  /// The rules of the public feed, shortest bars first.
  public static let all: [SpikeRule] = [
    rule(5, .minute, 3.0, 500_000, 100_000), rule(15, .minute, 2.5, 1_000_000, 250_000),
    rule(1, .hour, 2.0, 2_500_000, 1_000_000),
  ].compactMap { $0 }

  private static func rule(
    _ count: Int, _ unit: Interval.Unit, _ threshold: Double, _ openInterest: Int, _ volume: Int
  ) -> SpikeRule? {
    Interval(count, unit).map {
      SpikeRule(
        timeframe: $0, threshold: threshold, openInterestFloor: FixedDecimal(openInterest),
        volumeFloor: FixedDecimal(volume))
    }
  }
}
