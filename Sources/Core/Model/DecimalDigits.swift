/// Writes the decimal digits of machine words, two at a time.
enum DecimalDigits {
  /// `00`, `01`, … `99`, so that a division gives two digits.
  private static let pairs: StaticString = """
    0001020304050607080910111213141516171819\
    2021222324252627282930313233343536373839\
    4041424344454647484950515253545556575859\
    6061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899
    """

  /// How many digits a word has; one for 0.
  @inline(__always) static func count(of word: UInt64) -> Int {
    var (count, rest) = (1, word)
    while rest >= 10_000 {
      rest /= 10_000
      count += 4
    }
    return count + (rest >= 1000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
  }

  /// The eight digits of a number below 10^8, the first in the lowest byte, as values and not as characters.
  ///
  /// Buys: 5 % of the instructions of a candle, which has six numbers, over pairs out of a table: all digits come of three
  /// divisions by constants, done for two, four and eight digits at a time, which in lanes of a word are multiplications.
  @inline(__always) static func eight(_ number: UInt64) -> UInt64 {
    let (high, low) = number.quotientAndRemainder(dividingBy: 10_000)
    let fours = high | low &<< 32
    // Exact below 10,000 and below 100: 10486 / 2^20 and 103 / 2^10 are a little more than a hundredth and a tenth.
    let hundreds = ((fours &* 10_486) &>> 20) & 0x0000_007f_0000_007f
    let pairs = hundreds | (fours &- hundreds &* 100) &<< 16
    let tens = ((pairs &* 103) &>> 10) & 0x000f_000f_000f_000f
    return tens | (pairs &- tens &* 10) &<< 8
  }

  /// Makes characters of eight digits.
  static let zeros: UInt64 = 0x3030_3030_3030_3030
  /// Writes a word of characters, the lowest byte first.
  @inline(__always) static func store(_ text: UInt64, at memory: UnsafeMutableRawPointer) {
    memory.storeBytes(of: text.littleEndian, as: UInt64.self)
  }

  /// 10^8, below which `eight` takes a number.
  static let eightDigits: UInt64 = 100_000_000

  /// Writes the last so many digits of a word, zeros too, so that they end before `end`; gives what stands before them.
  @inline(__always) static func put(_ word: UInt64, digits: Int, before end: UnsafeMutableRawPointer) -> UInt64 {
    var (word, left, end) = (word, digits, end)
    while left >= 2 {
      let (rest, pair) = word.quotientAndRemainder(dividingBy: 100)
      end -= 2
      put(pair: pair, at: end)
      word = rest
      left -= 2
    }
    guard left == 1 else { return word }
    let (rest, digit) = word.quotientAndRemainder(dividingBy: 10)
    (end - 1).storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit), as: UInt8.self)
    return rest
  }

  /// Writes a number below 100 as two digits.
  @inline(__always) static func put(pair: UInt64, at memory: UnsafeMutableRawPointer) {
    let digits = UnsafeRawPointer(pairs.utf8Start).loadUnaligned(fromByteOffset: Int(pair) * 2, as: UInt16.self)
    memory.storeBytes(of: digits, as: UInt16.self)
  }
}
