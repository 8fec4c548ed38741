extension FixedDecimal: Hashable, Comparable {
  /// Equal values, whatever their trailing zeros.
  public static func == (left: FixedDecimal, right: FixedDecimal) -> Bool {
    if left.scale == right.scale { return left.mantissa == right.mantissa }
    let (left, right) = (left.trimmed, right.trimmed)
    return left.mantissa == right.mantissa && left.scale == right.scale
  }

  /// Order of the values.
  public static func < (left: FixedDecimal, right: FixedDecimal) -> Bool {
    if left.scale == right.scale { return left.mantissa < right.mantissa }
    if left.mantissa.signum() != right.mantissa.signum() { return left.mantissa < right.mantissa }
    // Where the shorter scale cannot be brought to the longer one, its magnitude is the larger.
    if left.scale < right.scale {
      guard let mantissa = left.mantissa(atScale: right.scale) else { return left.mantissa < 0 }
      return mantissa < right.mantissa
    }
    guard let mantissa = right.mantissa(atScale: left.scale) else { return right.mantissa > 0 }
    return left.mantissa < mantissa
  }

  /// Feeds the value, so that equal numbers hash alike.
  public func hash(into hasher: inout Hasher) {
    let number = trimmed
    hasher.combine(number.mantissa)
    hasher.combine(number.scale)
  }
}

extension FixedDecimal {
  /// The same value without trailing zeros after the point.
  public var trimmed: FixedDecimal {
    guard scale > 0 else { return self }
    guard mantissa != 0 else { return .zero }
    var (mantissa, scale) = (mantissa, scale)
    if let word = Int64(exactly: mantissa) {
      var word = word
      while scale > 0, word % 10 == 0 {
        word /= 10
        scale -= 1
      }
      return FixedDecimal(unchecked: Int128(word), scale: scale)
    }
    while scale > 0, mantissa % 10 == 0 {
      mantissa /= 10
      scale -= 1
    }
    return FixedDecimal(unchecked: mantissa, scale: scale)
  }

  /// The exact product, its scale the sum of the two where that fits; `nil` when it cannot be held.
  public func multiplied(by other: FixedDecimal) -> FixedDecimal? {
    let productScale = scale + other.scale
    if productScale <= FixedDecimal.maxScale, let left = Int64(exactly: mantissa),
      let right = Int64(exactly: other.mantissa)
    {
      // Two machine words cannot overflow 128 bits.
      let (high, low) = left.multipliedFullWidth(by: right)
      return FixedDecimal(unchecked: Int128(high) << 64 | Int128(low), scale: productScale)
    }
    return longProduct(other)
  }

  private func longProduct(_ other: FixedDecimal) -> FixedDecimal? {
    var (high, low) = mantissa.magnitude.multipliedFullWidth(by: other.mantissa.magnitude)
    var productScale = Int(scale) + Int(other.scale)
    while high != 0 {
      guard productScale > 0 else { return nil }
      let (highTenth, carry) = high.quotientAndRemainder(dividingBy: 10)
      let (lowTenth, digit) = UInt128(10).dividingFullWidth((carry, low))
      guard digit == 0 else { return nil }
      (high, low, productScale) = (highTenth, lowTenth, productScale - 1)
    }
    return FixedDecimal(
      isNegative: (mantissa < 0) != (other.mantissa < 0), magnitude: low, anyScale: productScale)
  }

  /// The exact sum, with the longer scale of the two where that fits, else without trailing zeros; `nil` when it cannot
  /// be held.
  public func adding(_ other: FixedDecimal) -> FixedDecimal? {
    let sumScale = max(scale, other.scale)
    if let left = mantissa(atScale: sumScale), let right = other.mantissa(atScale: sumScale) {
      let (sum, overflow) = left.addingReportingOverflow(right)
      if !overflow, sum != .min { return FixedDecimal(unchecked: sum, scale: sumScale) }
    }
    return FixedDecimal.longSum(trimmed, other.trimmed)
  }

  private static func longSum(_ left: FixedDecimal, _ right: FixedDecimal) -> FixedDecimal? {
    let scale = max(left.scale, right.scale)
    guard let leftMantissa = left.mantissa(atScale: scale), let rightMantissa = right.mantissa(atScale: scale) else {
      return nil
    }
    let (sum, overflow) = leftMantissa.addingReportingOverflow(rightMantissa)
    // Only two numbers of one sign are too long together; their magnitudes have a bit to spare.
    let magnitude = overflow ? leftMantissa.magnitude + rightMantissa.magnitude : sum.magnitude
    return FixedDecimal(
      isNegative: overflow ? leftMantissa < 0 : sum < 0, magnitude: magnitude, anyScale: Int(scale))?.trimmed
  }

  /// The number with the other sign.
  public var negated: FixedDecimal {
    FixedDecimal(unchecked: -mantissa, scale: scale)
  }

  /// Exactly half, without trailing zeros after the point; `nil` when it cannot be held.
  public var half: FixedDecimal? {
    multiplied(by: FixedDecimal(unchecked: 5, scale: 1))?.trimmed
  }

  /// The quotient to 18 significant digits, half to even, without trailing zeros after the point; `nil` for a zero
  /// divisor or a quotient that cannot be held.
  public func divided(by divisor: FixedDecimal) -> FixedDecimal? {
    guard divisor.mantissa != 0 else { return nil }
    guard mantissa != 0 else { return .zero }
    let quotient = DecimalQuotient(mantissa.magnitude, divisor.mantissa.magnitude)
    return FixedDecimal(
      isNegative: (mantissa < 0) != (divisor.mantissa < 0), magnitude: quotient.digits,
      anyScale: Int(scale) - Int(divisor.scale) - quotient.exponent)?.trimmed
  }

  /// The mantissa brought to a scale that is not smaller; `nil` when it does not fit.
  private func mantissa(atScale target: UInt8) -> Int128? {
    guard target > scale else { return mantissa }
    let (shifted, overflow) = mantissa.multipliedReportingOverflow(by: FixedDecimal.powerOfTen(target - scale))
    return overflow ? nil : shifted
  }
}

/// Long division of two whole numbers, neither zero, to 18 significant digits, half to even: `digits × 10^exponent`.
private struct DecimalQuotient {
  /// Eighteen digits stay below it, and seventeen below a tenth of it.
  private static let limit: UInt128 = 1_000_000_000_000_000_000

  private(set) var digits: UInt128
  private(set) var exponent = 0

  init(_ dividend: UInt128, _ divisor: UInt128) {
    let (whole, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
    digits = whole
    if whole >= DecimalQuotient.limit {
      cutDigits(hasRest: rest != 0)
    } else {
      addDigits(rest: rest, divisor: divisor)
    }
  }

  /// The whole part alone is too long.
  private mutating func cutDigits(hasRest: Bool) {
    var isMore = hasRest
    var last: UInt128 = 0
    while digits >= DecimalQuotient.limit {
      isMore = isMore || last != 0
      (digits, last) = digits.quotientAndRemainder(dividingBy: 10)
      exponent += 1
    }
    if last > 5 || (last == 5 && (isMore || digits % 2 == 1)) { digits += 1 }
  }

  private mutating func addDigits(rest: UInt128, divisor: UInt128) {
    var rest = rest
    while digits < DecimalQuotient.limit / 10, rest != 0 {
      let (high, low) = rest.multipliedFullWidth(by: 10)
      let step = high == 0 ? low.quotientAndRemainder(dividingBy: divisor) : divisor.dividingFullWidth((high, low))
      digits = digits * 10 + step.quotient
      rest = step.remainder
      exponent -= 1
    }
    // The divisor is below 2^127, so twice the rest fits.
    if rest * 2 > divisor || (rest * 2 == divisor && digits % 2 == 1) { digits += 1 }
  }
}
