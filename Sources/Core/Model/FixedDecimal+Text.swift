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
    withUnsafeTemporaryAllocation(byteCount: FixedDecimal.maxTextLength, alignment: 1) { text in
      guard let start = text.baseAddress else { return "" }
      return String(decoding: text[..<write(at: start)], as: UTF8.self)
    }
  }

  /// Appends the text of `description`.
  public func append(to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(byteCount: FixedDecimal.maxTextLength, alignment: 1) { text in
      guard let start = text.baseAddress else { return }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[..<write(at: start)]))
    }
  }

  /// Writes the text of `description` to memory with room for `maxTextLength` bytes; gives how many it took.
  public func write(at memory: UnsafeMutableRawPointer) -> Int {
    // Almost every market number is of at most sixteen digits, and not negative.
    guard let word = shortWord else { return writeRare(at: memory) }
    let scale = Int(scale)
    if word < DecimalDigits.eightDigits, scale < 8 { return putEight(word, scale, at: memory) }
    return scale < 16 ? putSixteen(word, scale, at: memory) : writeRare(at: memory)
  }

  /// A number that is negative or long. Not inlined: it would cost registers in all others.
  @inline(never) private func writeRare(at memory: UnsafeMutableRawPointer) -> Int {
    guard let word = UInt64(exactly: mantissa.magnitude) else { return writeLong(at: memory) }
    let (scale, sign) = (Int(scale), putSign(at: memory))
    let digits = max(DecimalDigits.count(of: word), scale + 1)
    guard scale > 0 else {
      _ = DecimalDigits.put(word, digits: digits, before: memory + sign + digits)
      return sign + digits
    }
    let point = memory + sign + digits - scale
    let whole = DecimalDigits.put(word, digits: scale, before: point + scale + 1)
    point.storeBytes(of: UInt8(ascii: "."), as: UInt8.self)
    _ = DecimalDigits.put(whole, digits: digits - scale, before: point)
    return sign + digits + 1
  }

  /// Writes a number of at most eight digits as one word, and again what stands after the point one byte further on.
  @inline(__always) private func putEight(_ word: UInt64, _ scale: Int, at memory: UnsafeMutableRawPointer) -> Int {
    let values = DecimalDigits.eight(word)
    let digits = max(8 &- values.trailingZeroBitCount &>> 3, scale &+ 1)
    let text = (values | DecimalDigits.zeros) &>> UInt64(truncatingIfNeeded: 64 &- 8 &* digits)
    DecimalDigits.store(text, at: memory)
    guard scale > 0 else { return digits }
    let point = digits &- scale
    memory.storeBytes(of: UInt8(ascii: "."), toByteOffset: point, as: UInt8.self)
    DecimalDigits.store(text &>> UInt64(truncatingIfNeeded: 8 &* point), at: memory + (point &+ 1))
    return digits &+ 1
  }

  /// The same for sixteen, as two words of which the second always ends the number.
  @inline(__always) private func putSixteen(_ word: UInt64, _ scale: Int, at memory: UnsafeMutableRawPointer) -> Int {
    let (first, second) = word.quotientAndRemainder(dividingBy: DecimalDigits.eightDigits)
    let (high, low) = (DecimalDigits.eight(first), DecimalDigits.eight(second))
    // A number whose first digit is among the last eight has zeros after its point.
    let written = first != 0 ? 16 &- high.trailingZeroBitCount &>> 3 : 8 &- low.trailingZeroBitCount &>> 3
    let digits = max(written, scale &+ 1)
    put(high, low, last: digits, at: memory)
    guard scale > 0 else { return digits }
    let point = digits &- scale
    put(high, low, last: scale, at: memory + (point &+ 1))
    memory.storeBytes(of: UInt8(ascii: "."), toByteOffset: point, as: UInt8.self)
    return digits &+ 1
  }

  /// Writes the last so many of sixteen digits, 1…16, and up to seven bytes that mean nothing behind them.
  @inline(__always) private func put(
    _ high: UInt64, _ low: UInt64, last count: Int, at memory: UnsafeMutableRawPointer
  ) {
    guard count > 8 else {
      let text = (low | DecimalDigits.zeros) &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count)
      return DecimalDigits.store(text, at: memory)
    }
    let text = (high | DecimalDigits.zeros) &>> UInt64(truncatingIfNeeded: 128 &- 8 &* count)
    DecimalDigits.store(text, at: memory)
    DecimalDigits.store(low | DecimalDigits.zeros, at: memory + (count &- 8))
  }

  @inline(__always) private func putSign(at memory: UnsafeMutableRawPointer) -> Int {
    memory.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
    return mantissa < 0 ? 1 : 0
  }

  /// Cuts the digits into pieces that fit a machine word, then makes room for the point.
  private func writeLong(at memory: UnsafeMutableRawPointer) -> Int {
    let piece = UInt128(1_000_000_000_000_000_000)
    var (pieces, first): ([UInt64], UInt128) = ([], mantissa.magnitude)
    while first >= piece {
      let (rest, last) = first.quotientAndRemainder(dividingBy: piece)
      pieces.append(UInt64(truncatingIfNeeded: last))
      first = rest
    }
    let sign = putSign(at: memory)
    let written = DecimalDigits.count(of: UInt64(truncatingIfNeeded: first)) + 18 * pieces.count
    let (digits, scale) = (max(written, Int(scale) + 1), Int(scale))
    var end = memory + sign + digits
    for piece in pieces {
      _ = DecimalDigits.put(piece, digits: 18, before: end)
      end -= 18
    }
    _ = DecimalDigits.put(UInt64(truncatingIfNeeded: first), digits: digits - 18 * pieces.count, before: end)
    guard scale > 0 else { return sign + digits }
    let point = memory + sign + digits - scale
    (point + 1).copyMemory(from: point, byteCount: scale)
    point.storeBytes(of: UInt8(ascii: "."), as: UInt8.self)
    return sign + digits + 1
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
