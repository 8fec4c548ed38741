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
  ///
  /// Digits after the point are kept, zeros too; a number with an exponent is held plain (`1.50e2` is `150`). The sign
  /// of a zero is dropped: `-0.00` is `0.00`.
  public init?(utf8 bytes: UnsafeRawBufferPointer) {
    if let number = FixedDecimal(shortPlain: bytes) {
      self = number
      return
    }
    var reader = DecimalTextReader(bytes)
    guard let number = reader.readNumber() else { return nil }
    self = number
  }

  /// Almost every number of a market: digits with at most one point, together in a machine word. `nil` for all else,
  /// which is then read with care.
  private init?(shortPlain bytes: UnsafeRawBufferPointer) {
    // Nineteen digits, the sign and the point.
    guard let start = bytes.baseAddress, (1...21).contains(bytes.count) else { return nil }
    let isNegative = start.load(as: UInt8.self) == UInt8(ascii: "-")
    var position = isNegative ? 1 : 0
    var digits = bytes.count - position
    var scale = 0
    var word: UInt64 = 0
    while position < bytes.count {
      let byte = start.load(fromByteOffset: position, as: UInt8.self)
      let digit = byte &- UInt8(ascii: "0")
      position += 1
      if digit <= 9 {
        word = word &* 10 &+ UInt64(digit)
      } else {
        // A second point finds the count of digits shortened already.
        guard byte == UInt8(ascii: "."), digits == bytes.count - (isNegative ? 1 : 0) else { return nil }
        digits -= 1
        scale = bytes.count - position
      }
    }
    guard digits > 0, digits <= 19 else { return nil }
    let magnitude = Int128(word)
    self.init(unchecked: isNegative ? -magnitude : magnitude, scale: UInt8(truncatingIfNeeded: scale))
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
      var writer = DecimalTextWriter(scratch)
      writer.write(self)
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: scratch[writer.position...]))
    }
  }
}

/// Writes one decimal number from its last digit to its first, so that it ends where the scratch ends.
private struct DecimalTextWriter {
  private let scratch: UnsafeMutableRawBufferPointer
  private(set) var position: Int

  init(_ scratch: UnsafeMutableRawBufferPointer) {
    self.scratch = scratch
    position = scratch.count
  }

  mutating func write(_ number: FixedDecimal) {
    let (magnitude, scale) = (number.mantissa.magnitude, Int(number.scale))
    // Almost every market number fits a machine word, where a division is many times cheaper.
    if let word = UInt64(exactly: magnitude) {
      let whole = put(word, digits: scale)
      if scale > 0 { put(UInt8(ascii: ".")) }
      putAll(whole)
    } else {
      putLong(magnitude)
      insertPoint(scale)
    }
    if number.mantissa < 0 { put(UInt8(ascii: "-")) }
  }

  /// Cuts the digits into pieces that fit a machine word.
  private mutating func putLong(_ magnitude: UInt128) {
    let piece = UInt128(1_000_000_000_000_000_000)
    var rest = magnitude
    while rest >= piece {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: piece)
      _ = put(UInt64(truncatingIfNeeded: remainder), digits: 18)
      rest = quotient
    }
    putAll(UInt64(truncatingIfNeeded: rest))
  }

  private mutating func insertPoint(_ scale: Int) {
    while scratch.count - position <= scale { put(UInt8(ascii: "0")) }
    guard scale > 0 else { return }
    let wholeDigits = scratch.count - scale - position
    position -= 1
    for index in position..<position + wholeDigits { scratch[index] = scratch[index + 1] }
    scratch[position + wholeDigits] = UInt8(ascii: ".")
  }

  /// Writes the last digits of a word; gives what stands before them.
  private mutating func put(_ word: UInt64, digits: Int) -> UInt64 {
    var word = word
    for _ in 0..<digits {
      put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: word % 10))
      word /= 10
    }
    return word
  }

  /// Writes all digits of a word, at least one.
  private mutating func putAll(_ word: UInt64) {
    var word = word
    repeat {
      put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: word % 10))
      word /= 10
    } while word > 0
  }

  private mutating func put(_ byte: UInt8) {
    position -= 1
    scratch[position] = byte
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
    guard position < bytes.count else { return plainNumber(isNegative) }
    guard readExponent(), position == bytes.count else { return nil }
    return FixedDecimal(isNegative: isNegative, magnitude: mantissa, anyScale: scale)
  }

  /// A number without exponent keeps its digits or is refused.
  private func plainNumber(_ isNegative: Bool) -> FixedDecimal? {
    guard scale <= FixedDecimal.maxScale, mantissa <= UInt128(Int128.max) else { return nil }
    let magnitude = Int128(mantissa)
    return FixedDecimal(unchecked: isNegative ? -magnitude : magnitude, scale: UInt8(scale))
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
    // Past a million digits the number fits nowhere; the bound keeps the sum from overflowing.
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") <= 9 {
      exponent = min(exponent * 10 + Int(bytes[position] - UInt8(ascii: "0")), 1_000_000)
      position += 1
    }
    guard position > start else { return false }
    scale += isNegative ? exponent : -exponent
    return true
  }
}
