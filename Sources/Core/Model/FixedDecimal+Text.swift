extension FixedDecimal: LosslessStringConvertible {
  /// The most bytes a number prints to: sign, point and 39 digits.
  public static let maxTextLength = 41

  /// The number a text names; `nil` when it is none, or too long to hold.
  public init?(_ text: String) {
    var text = text
    guard let number = text.withUTF8({ FixedDecimal(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = number
  }

  /// The number some bytes name: the forms of JSON (RFC 8259 §6) and, as exchanges send them, a leading `+`, a missing
  /// digit before or after the point, leading zeros. `nil` for an empty text, `NaN`, infinities, anything else, or more
  /// digits than fit.
  public init?(utf8 bytes: UnsafeRawBufferPointer) {
    var reader = DecimalTextReader(bytes)
    guard let number = reader.readNumber() else { return nil }
    self = number
  }

  /// Plain digits, never an exponent: `-0.0025`, `101621.70`.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text of `description`.
  public func append(to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: FixedDecimal.maxTextLength, alignment: 1) { scratch in
      let start = writeDigits(endingAt: scratch)
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: scratch[start...]))
    }
  }

  /// Writes the text so that it ends at the end of `scratch`; gives where it starts.
  private func writeDigits(endingAt scratch: UnsafeMutableRawBufferPointer) -> Int {
    var position = scratch.count
    func put(_ byte: UInt8) {
      position -= 1
      scratch[position] = byte
    }
    var written: UInt8 = 0
    func putDigit(_ digit: UInt8) {
      put(UInt8(ascii: "0") + digit)
      written += 1
      if written == scale { put(UInt8(ascii: ".")) }
    }
    // Almost every market number fits a machine word, where a division is many times cheaper.
    var rest = mantissa.magnitude
    while rest > UInt128(UInt64.max) {
      putDigit(UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    }
    var word = UInt64(truncatingIfNeeded: rest)
    while word > 0 || written <= scale {
      putDigit(UInt8(truncatingIfNeeded: word % 10))
      word /= 10
    }
    if mantissa < 0 { put(UInt8(ascii: "-")) }
    return position
  }
}

/// Reads one decimal number out of bytes.
private struct DecimalTextReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var mantissa: UInt128 = 0
  private var scale = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  mutating func readNumber() -> FixedDecimal? {
    let isNegative = readSign()
    guard let wholeDigits = readDigits() else { return nil }
    var fractionDigits = 0
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      guard let digits = readDigits() else { return nil }
      fractionDigits = digits
    }
    guard wholeDigits + fractionDigits > 0 else { return nil }
    scale = fractionDigits
    guard readExponent(), position == bytes.count, scale <= FixedDecimal.maxScale else { return nil }
    guard mantissa <= UInt128(Int128.max) else { return nil }
    let magnitude = Int128(mantissa)
    return FixedDecimal(mantissa: isNegative ? -magnitude : magnitude, scale: UInt8(scale))
  }

  private mutating func readSign() -> Bool {
    guard position < bytes.count else { return false }
    let sign = bytes[position]
    guard sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") else { return false }
    position += 1
    return sign == UInt8(ascii: "-")
  }

  /// Appends a run of digits to the mantissa; gives its length, `nil` when the mantissa no longer fits.
  private mutating func readDigits() -> Int? {
    let start = position
    // Nineteen digits fit a machine word, so most numbers are read without 128-bit arithmetic.
    var word: UInt64 = 0
    var wordDigits: UInt8 = 0
    while position < bytes.count {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      if wordDigits == 19 {
        guard take(word, digits: wordDigits) else { return nil }
        word = 0
        wordDigits = 0
      }
      word = word &* 10 &+ UInt64(digit)
      wordDigits += 1
      position += 1
    }
    guard take(word, digits: wordDigits) else { return nil }
    return position - start
  }

  private mutating func take(_ word: UInt64, digits: UInt8) -> Bool {
    guard digits > 0 else { return true }
    guard mantissa != 0 else {
      mantissa = UInt128(word)
      return true
    }
    let (shifted, tooLong) = mantissa.multipliedReportingOverflow(by: UInt128(FixedDecimal.powerOfTen(digits)))
    let (sum, overflow) = shifted.addingReportingOverflow(UInt128(word))
    mantissa = sum
    return !tooLong && !overflow
  }

  /// Applies `e±n` to the scale, and to the mantissa where the scale would be negative; false when it cannot.
  private mutating func readExponent() -> Bool {
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return true }
    position += 1
    let isNegative = readSign()
    var exponent = 0
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") <= 9 {
      exponent = min(exponent * 10 + Int(bytes[position] - UInt8(ascii: "0")), 1_000_000)
      position += 1
    }
    guard position > start else { return false }
    if mantissa == 0 {
      scale = 0
      return true
    }
    scale += isNegative ? exponent : -exponent
    guard scale < 0 else { return true }
    guard scale >= -Int(FixedDecimal.maxScale) else { return false }
    let (shifted, overflow) = mantissa.multipliedReportingOverflow(by: UInt128(FixedDecimal.powerOfTen(UInt8(-scale))))
    mantissa = shifted
    scale = 0
    return !overflow
  }
}
