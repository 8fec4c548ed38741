/// The number of a UUID in its usual form: 32 hexadecimal digits in lower case, with four hyphens (RFC 9562 §4).
///
/// Buys: an id of 36 bytes without an allocation, in 8 ns where its text takes 35 to make and to free.
public enum UUIDText {
  /// How many bytes the form has.
  public static let count = 36

  /// The number of these bytes; `nil` when they are not of the form to the letter, so that no two texts are one number.
  public static func number(_ text: UnsafeRawBufferPointer) -> UInt128? {
    guard text.count == count, let start = text.baseAddress else { return nil }
    func half(_ offset: Int) -> UInt64 {
      UInt64(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    func hasHyphen(_ offset: Int) -> Bool { start.load(fromByteOffset: offset, as: UInt8.self) == UInt8(ascii: "-") }
    guard hasHyphen(8), hasHyphen(13), hasHyphen(18), hasHyphen(23), let first = digits(ByteWord(at: start).bits),
      let second = digits(half(9) | half(14) << 32),
      let third = digits(half(19) | half(24) << 32), let fourth = digits(ByteWord(at: start + 28).bits)
    else { return nil }
    return UInt128(first << 32 | second) << 64 | UInt128(third << 32 | fourth)
  }

  /// The form of a number.
  public static func text(_ number: UInt128) -> String {
    return String(unsafeUninitializedCapacity: count) { text in
      var shift = UInt128(128)
      for place in 0..<count {
        guard place != 8, place != 13, place != 18, place != 23 else {
          text[place] = UInt8(ascii: "-")
          continue
        }
        shift -= 4
        let digit = UInt8(truncatingIfNeeded: number >> shift) & 0x0f
        text[place] = digit + (digit > 9 ? UInt8(ascii: "a") - 10 : UInt8(ascii: "0"))
      }
      return count
    }
  }

  /// The 32 bits that eight hexadecimal digits in lower case name, the first in the lowest byte and the highest.
  private static func digits(_ text: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // A letter's low bits count from 1, and bit 6 tells it from a digit.
    let values = (text & (0x0f &* ones)) &+ ((text &>> 6) & ones) &* 9
    // Written again they must be what was read: anything else is no digit.
    let letters = ((values &+ 6 &* ones) &>> 4) & ones
    guard values & (0xf0 &* ones) == 0, values &+ 0x30 &* ones &+ letters &* 39 == text else { return nil }
    let pairs = ((values &<< 4) | (values &>> 8)) & 0x00ff_00ff_00ff_00ff
    let fours = ((pairs &<< 8) | (pairs &>> 16)) & 0x0000_ffff_0000_ffff
    return ((fours &<< 16) | (fours &>> 32)) & 0xffff_ffff
  }
}
