extension JSONWriter {
  /// The shortest digits that read back as this number, without an exponent; `null` for what is none.
  public mutating func double(_ value: Double) {
    guard value.isFinite else { return null() }
    raw { ShortestDigits(value).append(to: &$0) }
  }
}

/// The shortest decimal digits that name a binary number: `digits × 10^exponent`.
private struct ShortestDigits {
  private let isNegative: Bool
  private var digits: [UInt8] = []
  private var exponent = 0

  /// The standard library finds the digits, and writes them as `12.5`, `1e-07` or `-1.25e+22`.
  init(_ value: Double) {
    isNegative = value < 0
    var isFraction = false
    var rest = value.magnitude.description.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits.append(byte)
        if isFraction { exponent -= 1 }
      case UInt8(ascii: "."): isFraction = true
      default:
        exponent += Int(String(rest) ?? "") ?? 0
        rest = rest[rest.endIndex...]
      }
    }
    trim()
  }

  /// Zeros at the end become a part of the exponent; those at the beginning go.
  private mutating func trim() {
    while digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      exponent += 1
    }
    digits.removeFirst(digits.prefix { $0 == UInt8(ascii: "0") }.count)
  }

  func append(to bytes: inout [UInt8]) {
    guard !digits.isEmpty else { return bytes.append(UInt8(ascii: "0")) }
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    /// How many digits stand before the point.
    let whole = digits.count + exponent
    if whole <= 0 {
      bytes.append(contentsOf: "0.".utf8)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -whole))
      bytes.append(contentsOf: digits)
    } else if whole >= digits.count {
      bytes.append(contentsOf: digits)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: exponent))
    } else {
      bytes.append(contentsOf: digits[..<whole])
      bytes.append(UInt8(ascii: "."))
      bytes.append(contentsOf: digits[whole...])
    }
  }
}
