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

  /// The exact product; `nil` when it does not fit even without trailing zeros.
  public func multiplied(by other: FixedDecimal) -> FixedDecimal? {
    if let product = FixedDecimal.product(self, other) { return product }
    return FixedDecimal.product(trimmed, other.trimmed)
  }

  private static func product(_ left: FixedDecimal, _ right: FixedDecimal) -> FixedDecimal? {
    let (mantissa, overflow) = left.mantissa.multipliedReportingOverflow(by: right.mantissa)
    guard !overflow else { return nil }
    return FixedDecimal(mantissa: mantissa, scale: left.scale + right.scale)
  }

  /// The exact sum, with the longer scale of the two; `nil` when it does not fit.
  public func adding(_ other: FixedDecimal) -> FixedDecimal? {
    let scale = max(scale, other.scale)
    guard let left = mantissa(atScale: scale), let right = other.mantissa(atScale: scale) else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    guard !overflow else { return nil }
    return FixedDecimal(mantissa: sum, scale: scale)
  }

  /// The number with the other sign.
  public var negated: FixedDecimal {
    FixedDecimal(unchecked: -mantissa, scale: scale)
  }

  /// Exactly half; `nil` when it does not fit.
  public var half: FixedDecimal? {
    if mantissa % 2 == 0 { return FixedDecimal(unchecked: mantissa / 2, scale: scale) }
    return multiplied(by: FixedDecimal(unchecked: 5, scale: 1))
  }

  /// The quotient to 18 significant digits, half to even, without trailing fractional zeros; `nil` for a zero divisor
  /// or a quotient that does not fit.
  public func divided(by divisor: FixedDecimal) -> FixedDecimal? {
    guard divisor.mantissa != 0 else { return nil }
    guard mantissa != 0 else { return .zero }
    let isNegative = (mantissa < 0) != (divisor.mantissa < 0)
    guard let quotient = DecimalQuotient(mantissa.magnitude, divisor.mantissa.magnitude) else { return nil }
    let exponent = quotient.exponent - Int(scale) + Int(divisor.scale)
    let digits = Int128(quotient.digits)
    let signed = isNegative ? -digits : digits
    if exponent <= 0 {
      var (mantissa, scale) = (signed, -exponent)
      while scale > Int(FixedDecimal.maxScale), mantissa % 10 == 0 {
        mantissa /= 10
        scale -= 1
      }
      guard scale <= Int(FixedDecimal.maxScale) else { return nil }
      return FixedDecimal(mantissa: mantissa, scale: UInt8(scale))?.trimmed
    }
    guard exponent <= Int(FixedDecimal.maxScale) else { return nil }
    let (mantissa, overflow) = signed.multipliedReportingOverflow(by: FixedDecimal.powerOfTen(UInt8(exponent)))
    return overflow ? nil : FixedDecimal(mantissa: mantissa, scale: 0)
  }

  /// The mantissa brought to a scale that is not smaller; `nil` when it does not fit.
  private func mantissa(atScale target: UInt8) -> Int128? {
    guard target > scale else { return mantissa }
    let (shifted, overflow) = mantissa.multipliedReportingOverflow(by: FixedDecimal.powerOfTen(target - scale))
    return overflow ? nil : shifted
  }
}

/// Long division of two whole numbers to 18 significant digits, half to even: `digits × 10^exponent`.
private struct DecimalQuotient {
  static let significantDigits = 18
  private(set) var digits: UInt128
  private(set) var exponent = 0

  init?(_ dividend: UInt128, _ divisor: UInt128) {
    var (whole, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
    let limit: UInt128 = 1_000_000_000_000_000_000
    // Whole part already too long: cut digits off, remembering whether anything was lost below them.
    var lost = false
    var last: UInt128 = 0
    while whole >= limit {
      lost = lost || last != 0
      last = whole % 10
      whole /= 10
      exponent += 1
    }
    if exponent > 0 {
      digits = whole
      round(up: last > 5 || (last == 5 && (lost || rest != 0 || whole % 2 == 1)))
      return
    }
    while whole < limit / 10, rest != 0, exponent > -2 * Int(FixedDecimal.maxScale) {
      let (shifted, overflow) = rest.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      let step = shifted.quotientAndRemainder(dividingBy: divisor)
      whole = whole * 10 + step.quotient
      rest = step.remainder
      exponent -= 1
    }
    digits = whole
    let (twice, overflow) = rest.multipliedReportingOverflow(by: 2)
    guard !overflow else { return nil }
    round(up: twice > divisor || (twice == divisor && whole % 2 == 1))
  }

  private mutating func round(up: Bool) {
    if up { digits += 1 }
  }
}
