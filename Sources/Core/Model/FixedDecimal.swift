/// An exact decimal number: `mantissa × 10^-scale`.
///
/// Keeps the digits it was read from, trailing zeros too (`101621.70` prints as `101621.70`); equality and order are of
/// the value (`1.0 == 1.00`). Holds every number of 38 digits. No operation rounds unless its name says so; one whose
/// exact result cannot be held gives `nil`.
public struct FixedDecimal: Sendable {
  // Three whole words, 24 bytes where `Int128` and a byte take 32. Events are copied as soon as they are made, and a copy must
  // wait for what was written in smaller pieces than it reads: 4 % of what a frame takes to decode.
  private let high: Int64
  private let low: UInt64
  private let scaleWord: UInt64

  /// All digits, with the sign. There is no negative zero.
  public var mantissa: Int128 { Int128(high) << 64 | Int128(low) }
  /// The last 64 bits of the mantissa: all of it where the number is short.
  public var lastWord: Int64 { Int64(bitPattern: low) }
  /// Whether the mantissa fits a word, and the scale is at most 18.
  public var isShort: Bool { high == lastWord >> 63 && scaleWord <= 18 }
  /// The digits of a number below 10^16 that is not negative.
  var shortWord: UInt64? { high == 0 && low < 10_000_000_000_000_000 ? low : nil }
  /// How many of the digits stand after the point: 0…38.
  public var scale: UInt8 { UInt8(truncatingIfNeeded: scaleWord) }

  /// The largest scale.
  public static let maxScale: UInt8 = 38
  /// 0.
  public static let zero = FixedDecimal(unchecked: 0, scale: 0)

  init(unchecked mantissa: Int128, scale: UInt8) {
    high = Int64(truncatingIfNeeded: mantissa >> 64)
    low = UInt64(truncatingIfNeeded: mantissa)
    scaleWord = UInt64(scale)
  }

  /// `mantissa × 10^-scale`; `nil` for a scale above 38 or the one mantissa that has no negative.
  public init?(mantissa: Int128, scale: UInt8) {
    guard scale <= FixedDecimal.maxScale, mantissa != .min else { return nil }
    self.init(unchecked: mantissa, scale: scale)
  }

  /// `mantissa × 10^-scale` for a scale of at most 18, which is not checked in release builds: for readers that have
  /// counted the digits themselves.
  public init(shortMantissa mantissa: Int64, scale: Int) {
    assert((0...18).contains(scale))
    self.init(unchecked: Int128(mantissa), scale: UInt8(truncatingIfNeeded: scale))
  }

  /// A whole number.
  public init(_ integer: Int) {
    self.init(unchecked: Int128(integer), scale: 0)
  }

  /// `±magnitude × 10^-scale` of any scale, with no more trailing zeros dropped than it takes to hold it; `nil` when
  /// that does not suffice.
  init?(isNegative: Bool, magnitude: UInt128, anyScale: Int) {
    guard magnitude != 0 else {
      self.init(unchecked: 0, scale: UInt8(clamping: min(max(anyScale, 0), Int(FixedDecimal.maxScale))))
      return
    }
    var (magnitude, scale) = (magnitude, anyScale)
    while scale > 0, scale > Int(FixedDecimal.maxScale) || magnitude > UInt128(Int128.max) {
      let (tenth, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
      guard digit == 0 else { return nil }
      (magnitude, scale) = (tenth, scale - 1)
    }
    if scale < 0 {
      guard scale >= -Int(FixedDecimal.maxScale) else { return nil }
      let power = UInt128(FixedDecimal.powerOfTen(UInt8(-scale)))
      let (whole, overflow) = magnitude.multipliedReportingOverflow(by: power)
      guard !overflow else { return nil }
      (magnitude, scale) = (whole, 0)
    }
    guard magnitude <= UInt128(Int128.max) else { return nil }
    let mantissa = Int128(magnitude)
    self.init(unchecked: isNegative ? -mantissa : mantissa, scale: UInt8(scale))
  }

  /// 10^exponent for 0…38.
  static func powerOfTen(_ exponent: UInt8) -> Int128 {
    // A power that fits a machine word comes from the table; the others are a product of three that do.
    guard exponent > 18 else { return Int128(wordPowersOfTen[Int(exponent)]) }
    let rest = Int(exponent) - 18
    return Int128(wordPowersOfTen[18]) * Int128(wordPowersOfTen[rest / 2]) * Int128(wordPowersOfTen[rest - rest / 2])
  }

  private static let wordPowersOfTen: [Int64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
  ]
}
