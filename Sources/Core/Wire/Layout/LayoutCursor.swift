/// A place in a frame that is expected to be laid out in a certain way. Each `take` passes over what it has found; after
/// one that has found something else the frame must be read in the general way.
///
/// Words are read whole, beyond what they are asked for. So that no byte behind the frame is touched, its last bytes are read
/// from a copy with zeros behind it: 2 ns, and no caller has to keep room behind its frames. It is made at the start: read at
/// once, at other offsets than it was written, it would keep the reader waiting for 6 ns.
public struct LayoutCursor {
  @usableFromInline var place: UnsafeRawPointer
  /// The end of the frame.
  @usableFromInline var end: UnsafeRawPointer
  /// The last place from which a run and the margin can be read.
  @usableFromInline var lastSafe: UnsafeRawPointer
  @usableFromInline let scratch: LayoutScratch

  /// A cursor at the start of a frame; both are kept alive by the caller. `nil` for one that is shorter than any frame of
  /// market data.
  @inlinable @inline(__always) public init?(_ frame: UnsafeRawBufferPointer, _ scratch: LayoutScratch) {
    guard let start = frame.baseAddress, frame.count >= LayoutScratch.reach else { return nil }
    place = start
    end = start + frame.count
    lastSafe = end - LayoutScratch.reach
    self.scratch = scratch
    scratch.copy(upTo: end)
  }

  /// Whether everything has been passed over.
  @inlinable @inline(__always) public var isAtEnd: Bool { place == end }

  /// How many bytes have not been passed over.
  @inlinable @inline(__always) public var remaining: Int { end - place }

  /// Goes on in the copy of the frame's end, at the same byte.
  @inlinable @inline(__always) mutating func moveToCopy() {
    let rest = end - place
    end = UnsafeRawPointer(scratch.memory) + LayoutScratch.reach
    place = end - rest
    lastSafe = end
  }

  /// Passes over a run of text; what `take…` is called next may then read as far as the margin. Runs and choices are given
  /// where they stand, as they are too large to be passed.
  @inlinable @inline(__always) public mutating func take(_ run: UnsafePointer<LiteralRun>) -> Bool {
    if place > lastSafe { moveToCopy() }
    guard run.pointee.stands(at: place) else { return false }
    place += run.pointee.count
    return true
  }

  /// Passes over one of two words; gives whether it is the first.
  @inlinable @inline(__always) public mutating func take(_ choice: UnsafePointer<LiteralChoice>) -> Bool? {
    let (count, isLeft, stands) = choice.pointee.find(at: place)
    place += count
    return stands ? isLeft : nil
  }

  /// Passes over a comma; else stays.
  @inlinable @inline(__always) public mutating func takeComma() -> Bool {
    guard place < end, place.load(as: UInt8.self) == UInt8(ascii: ",") else { return false }
    place += 1
    return true
  }

  /// Plain ASCII text up to a quote, which is left to stand.
  @inlinable @inline(__always) public mutating func takeText() -> UnsafeRawBufferPointer? {
    let rest = UnsafeRawBufferPointer(start: place, count: end - place)
    // Most texts are short, and the margin can be read without asking.
    let special = ByteWord(at: place).specials
    var count = special.trailingZeroBitCount &>> 3
    if special == 0 {
      count = 8 &+ ByteWord.plainCount(ByteWord(at: place + 8), ByteWord(at: place + 16))
      if count == LayoutScratch.margin { count = rest.plainRunEnd(from: count) }
    }
    guard count < rest.count, rest[count] == UInt8(ascii: "\"") else { return nil }
    place += count
    return UnsafeRawBufferPointer(start: place - count, count: count)
  }

  /// A text of at most fifteen bytes up to a quote, which is left to stand: for looking it up among plain texts, as
  /// nothing else is asked of it.
  @inlinable @inline(__always) public mutating func takeKey() -> ShortText? {
    let (low, high) = (ByteWord(at: place), ByteWord(at: place + 8))
    let (lowMarks, highMarks) = (low.marks(of: UInt8(ascii: "\"")), high.marks(of: UInt8(ascii: "\"")))
    guard lowMarks | highMarks != 0 else { return nil }
    // Without a branch, that would be guessed wrong as symbols of seven and of eight bytes come in any order.
    let lowMask = ShortText.mask(below: lowMarks)
    let beyond = UInt64(bitPattern: Int64(bitPattern: lowMask) &>> 63)
    let highCount = UInt64(truncatingIfNeeded: highMarks.trailingZeroBitCount &>> 3) & beyond
    place += lowMarks.trailingZeroBitCount &>> 3 &+ Int(truncatingIfNeeded: highCount)
    return ShortText(low: low.bits & lowMask, high: high.bits & ShortText.mask(below: highMarks) & beyond)
  }

  /// A UUID in its usual form, whose end need not be looked for; `nil`, and nothing passed over, when it is none.
  @inlinable @inline(__always) public mutating func takeUUID() -> UInt128? {
    guard end - place >= UUIDText.count,
      let number = UUIDText.number(UnsafeRawBufferPointer(start: place, count: UUIDText.count))
    else { return nil }
    place += UUIDText.count
    return number
  }

  /// A word of at most seven bytes before `mark`, which is left to stand.
  @inlinable @inline(__always) public mutating func takeWord(before mark: UInt8) -> ShortText? {
    let word = ByteWord(at: place)
    let marks = word.marks(of: mark)
    guard marks != 0 else { return nil }
    place += marks.trailingZeroBitCount &>> 3
    return ShortText(low: word.bits & ShortText.mask(below: marks), high: 0)
  }

  /// A short decimal; `nil`, and nothing passed over, when it is none.
  @inlinable @inline(__always) public mutating func takeShortDecimal() -> ShortDecimal? {
    guard let number = ShortDecimal(at: place, scratch.powersOfTen) else { return nil }
    place += number.count
    return number
  }

  /// A decimal of eight to fifteen digits before the point; `nil`, and nothing passed over, when it is none.
  @inlinable @inline(__always) public mutating func takeLongDecimal() -> ShortDecimal? {
    guard let number = ShortDecimal(longAt: place, scratch.powersOfTen) else { return nil }
    place += number.count
    return number
  }

  /// A whole number of up to sixteen digits, without sign and without a zero before other digits.
  @inlinable @inline(__always) public mutating func takeNumber() -> Int64? {
    let low = ByteWord(at: place).digits
    let lowEnd = low.others.trailingZeroBitCount
    guard lowEnd >= 15, low.bits & 0xff != 0 || lowEnd == 15 else { return nil }
    guard lowEnd == 64 else {
      place += lowEnd &>> 3
      return Int64(bitPattern: low.before(markAt: lowEnd).number)
    }
    let high = ByteWord(at: place + 8).digits
    let highEnd = high.others.trailingZeroBitCount
    guard highEnd < 64 || !place.load(fromByteOffset: 16, as: UInt8.self).isDigit else { return nil }
    place += 8 &+ highEnd &>> 3
    guard highEnd >= 15 else { return Int64(bitPattern: low.number) }
    let lower = highEnd == 64 ? high.number : high.before(markAt: highEnd).number
    return Int64(bitPattern: low.number &* scratch.powersOfTen[highEnd &>> 3] &+ lower)
  }

  /// The thirteen digits of milliseconds between 2001 and 2286, not beginning with a zero.
  @inlinable @inline(__always) public mutating func takeMilliseconds() -> Int64? {
    let high = ByteWord(at: place).digits
    // Eight digits, and the five behind them as the last of a word.
    let low = DigitWord(ByteWord(at: place + 8).digits.bits &<< 24)
    // Before it is known to be a number, so that the next field need not wait for that.
    place += 13
    guard high.bits & 0xff != 0, high.others | low.others == 0 else { return nil }
    return Int64(bitPattern: high.number &* 100_000 &+ low.number)
  }
}
