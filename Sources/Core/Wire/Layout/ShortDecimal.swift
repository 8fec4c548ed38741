/// A decimal of a few digits on either side of the point: almost every price and quantity.
///
/// Buys: 3 to 4 ns where a loop over the digits takes 8 to 12.
/// Assumes: eighteen readable bytes. Where the number ends is not checked, as the run of text behind it does; what does not
/// fit is no error: it is read in the general way.
@frozen public struct ShortDecimal: Equatable, Sendable {
  /// All digits.
  public let mantissa: Int64
  /// How many of them stand after the point.
  public let scale: Int
  /// How many bytes the number has.
  public let count: Int

  @inlinable @inline(__always) init(_ mantissa: UInt64, scale: Int, count: Int) {
    self.mantissa = Int64(bitPattern: mantissa)
    self.scale = scale
    self.count = count
  }

  /// `powers` are those of ten, 10^0 to 10^8. The number at `start`: up to seven digits without a point, or up to seven before it and eight after it. `nil` for all
  /// else.
  @inlinable @inline(__always) public init?(at start: UnsafeRawPointer, _ powers: UnsafePointer<UInt64>) {
    let digits = ByteWord(at: start).digits
    let marks = digits.others
    let point = marks.trailingZeroBitCount
    // Nothing before the point, or eight digits without one.
    guard point &- 15 < 64 &- 15, point >= 15 else { return nil }
    let pointByte = UInt8(truncatingIfNeeded: digits.bits &>> UInt64(truncatingIfNeeded: point &- 7))
    guard pointByte == UInt8(ascii: ".") ^ UInt8(ascii: "0") else {
      self.init(digits.before(markAt: point).number, scale: 0, count: point &>> 3)
      return
    }
    let nextMarks = marks & (marks &- 1)
    // As if the ninth byte were marked too, when no other is: it is looked at by itself.
    let next = nextMarks.trailingZeroBitCount | 7
    guard next == 71, start.load(fromByteOffset: 8, as: UInt8.self) != UInt8(ascii: "\"") else {
      // All in one word: what follows the point moves up to what is before it.
      let before = (marks & (0 &- marks)) &>> 7 &- 1
      let joined = DigitWord((digits.bits & before) | ((digits.bits &>> 8) & ~before))
      self.init(joined.before(markAt: next &- 8).number, scale: (next &- point) &>> 3 &- 1, count: next &>> 3)
      return
    }
    let wholeCount = point &>> 3
    let fraction = ByteWord(at: start + (wholeCount &+ 1)).digits
    let end = fraction.others.trailingZeroBitCount
    let whole = digits.before(markAt: point).number
    guard end < 64 else {
      // Eight digits after the point are the most.
      guard !start.load(fromByteOffset: wholeCount &+ 9, as: UInt8.self).isDigit else { return nil }
      self.init(whole &* powers[8] &+ fraction.number, scale: 8, count: wholeCount &+ 9)
      return
    }
    guard end >= 15 else { return nil }
    let count = end &>> 3
    self.init(
      whole &* powers[count] &+ fraction.before(markAt: end).number, scale: count, count: wholeCount &+ 1 &+ count)
  }

  /// The same for a turnover: eight to fifteen digits before the point and up to seven after it, eighteen together. `nil` for
  /// all else.
  ///
  /// Buys: a loop over the digits, for one of the six numbers of a candle.
  /// Assumes: twenty-four readable bytes.
  @inlinable @inline(__always) public init?(longAt start: UnsafeRawPointer, _ powers: UnsafePointer<UInt64>) {
    let (first, second) = (ByteWord(at: start).digits, ByteWord(at: start + 8).digits)
    let point = second.others.trailingZeroBitCount
    guard first.others == 0, point < 64 else { return nil }
    let (secondCount, wholeCount) = (point &>> 3, 8 &+ point &>> 3)
    let whole =
      secondCount > 0 ? first.number &* powers[secondCount] &+ second.before(markAt: point).number : first.number
    guard start.load(fromByteOffset: wholeCount, as: UInt8.self) == UInt8(ascii: ".") else {
      self.init(whole, scale: 0, count: wholeCount)
      return
    }
    let fraction = ByteWord(at: start + (wholeCount &+ 1)).digits
    let end = fraction.others.trailingZeroBitCount
    let count = end &>> 3
    guard count > 0, end < 64, wholeCount &+ count <= 18 else { return nil }
    self.init(
      whole &* powers[count] &+ fraction.before(markAt: end).number, scale: count, count: wholeCount &+ 1 &+ count)
  }
}
