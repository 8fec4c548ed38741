/// A whole number at the start of some bytes, in the form of RFC 8259 §6 without fraction and exponent.
@usableFromInline struct JSONInteger {
  @usableFromInline let value: Int64
  /// The byte after the last digit.
  @usableFromInline let end: Int

  /// Reads the digits from `start` on; `nil` when there are none, or too many, or a zero before another digit.
  @inlinable init?(_ bytes: UnsafeRawBufferPointer, from start: Int) {
    let isNegative = start < bytes.count && bytes[start] == UInt8(ascii: "-")
    let firstDigit = isNegative ? start + 1 : start
    var cursor = firstDigit
    var magnitude: UInt64 = 0
    while cursor < bytes.count {
      let digit = bytes[cursor] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      // May wrap from the twentieth digit on; so many are refused below.
      magnitude = magnitude &* 10 &+ UInt64(digit)
      cursor += 1
    }
    let count = cursor - firstDigit
    guard count > 0, count <= 19, count == 1 || bytes[firstDigit] != UInt8(ascii: "0") else { return nil }
    if isNegative {
      guard magnitude <= Int64.min.magnitude else { return nil }
      value = 0 &- Int64(truncatingIfNeeded: magnitude)
    } else {
      guard magnitude <= Int64.max.magnitude else { return nil }
      value = Int64(truncatingIfNeeded: magnitude)
    }
    end = cursor
  }

  /// Whether a fraction or an exponent follows the digits.
  @inlinable func goesOn(in bytes: UnsafeRawBufferPointer) -> Bool {
    guard end < bytes.count else { return false }
    return bytes[end] == UInt8(ascii: ".") || bytes[end] | 0x20 == UInt8(ascii: "e")
  }
}

extension UInt8 {
  /// Whether the byte is an ASCII digit.
  @inlinable var isDigit: Bool { self &- UInt8(ascii: "0") <= 9 }

  /// The value of an ASCII hexadecimal digit; `nil` for any other byte.
  var hexDigitValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
