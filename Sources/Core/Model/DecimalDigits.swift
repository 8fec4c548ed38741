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
