/// An exact decimal number: `mantissa × 10^-scale`.
///
/// Keeps the digits it was read from, trailing zeros too (`101621.70` prints as `101621.70`); equality and order are of
/// the value (`1.0 == 1.00`). Holds every number of 38 digits. No operation rounds unless its name says so; one whose
/// exact result does not fit gives `nil`.
public struct FixedDecimal: Sendable {
  /// All digits, with the sign.
  public let mantissa: Int128
  /// How many of the digits stand after the point: 0…38.
  public let scale: UInt8

  /// The largest scale.
  public static let maxScale: UInt8 = 38
  /// 0.
  public static let zero = FixedDecimal(unchecked: 0, scale: 0)

  init(unchecked mantissa: Int128, scale: UInt8) {
    self.mantissa = mantissa
    self.scale = scale
  }

  /// `mantissa × 10^-scale`; `nil` for a scale above 38 or the one mantissa that has no negative.
  public init?(mantissa: Int128, scale: UInt8) {
    guard scale <= FixedDecimal.maxScale, mantissa != .min else { return nil }
    self.init(unchecked: mantissa, scale: scale)
  }

  /// A whole number.
  public init(_ integer: Int) {
    self.init(unchecked: Int128(integer), scale: 0)
  }

  /// 10^exponent for 0…38.
  static func powerOfTen(_ exponent: UInt8) -> Int128 {
    powersOfTen[Int(exponent)]
  }

  private static let powersOfTen: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 1...38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()
}
