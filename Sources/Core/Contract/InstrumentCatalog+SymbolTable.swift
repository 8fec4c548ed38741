import Model
import Wire

/// An open-addressing hash table from symbol bytes to instruments: one multiplication and, as a rule, one comparison of
/// words, whether there are ten of them or ten thousand.
///
/// Counts no references: its catalog keeps the instruments alive, and the memory, which is written once.
struct SymbolTable: @unchecked Sendable {
  private struct Slot {
    var low: UInt64 = 0
    var high: UInt64 = 0
    /// Whether it is short, and JSON writes it without escapes.
    var isPlain = false
    var instrument: Unmanaged<Instrument>?
  }

  private let slots: UnsafeMutablePointer<Slot>
  private let mask: Int
  private let shift: UInt64

  /// A table of a list; the first of two equal symbols stays.
  init(_ list: [Instrument]) {
    // At most an eighth full: each symbol that is not in its own place costs a branch that is guessed wrong.
    var bits: UInt64 = 4
    while 1 << bits < list.count * 8 { bits += 1 }
    shift = 64 - bits
    mask = 1 << Int(bits) - 1
    slots = UnsafeMutablePointer<Slot>.allocate(capacity: mask + 1)
    slots.initialize(repeating: Slot(), count: mask + 1)
    for instrument in list {
      Array(instrument.symbol.utf8).withUnsafeBytes { bytes in
        if find(bytes) == nil { insert(instrument, ShortText(bytes)) }
      }
    }
  }

  /// Ends the table; of all its copies.
  func deallocate() { slots.deallocate() }

  private func insert(_ instrument: Instrument, _ symbol: ShortText) {
    var index = Int(truncatingIfNeeded: symbol.mixed >> shift)
    while slots[index].instrument != nil { index = (index + 1) & mask }
    let isPlain =
      instrument.symbol.utf8.count <= ShortText.capacity
      && instrument.symbol.utf8.allSatisfy { byte in
        (0x20..<0x80).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      }
    slots[index] = Slot(
      low: symbol.low, high: symbol.high, isPlain: isPlain, instrument: Unmanaged.passUnretained(instrument))
  }

  /// The instrument of exactly these bytes.
  func find(_ bytes: UnsafeRawBufferPointer) -> Unmanaged<Instrument>? {
    let key = ShortText(bytes)
    var index = Int(truncatingIfNeeded: key.mixed &>> shift)
    while let instrument = slots[index].instrument {
      if slots[index].low == key.low, slots[index].high == key.high, isSymbol(bytes, of: slots[index]) {
        return instrument
      }
      index = (index &+ 1) & mask
    }
    return nil
  }

  /// The instrument of a symbol that is short and written without escapes, as it stands in a frame.
  @inline(__always) func find(plain key: ShortText) -> Unmanaged<Instrument>? {
    var index = Int(truncatingIfNeeded: key.mixed &>> shift)
    while let instrument = slots[index].instrument {
      let differences = (slots[index].low ^ key.low) | (slots[index].high ^ key.high)
      if differences == 0, slots[index].isPlain { return instrument }
      index = (index &+ 1) & mask
    }
    return nil
  }

  /// Of a plain symbol the key has all bytes, and of another its beginning; behind either there are zeros.
  private func isSymbol(_ bytes: UnsafeRawBufferPointer, of slot: Slot) -> Bool {
    slot.instrument?._withUnsafeGuaranteedRef { instrument in
      let symbol = instrument.symbol.utf8
      return symbol.count == bytes.count && (slot.isPlain || symbol.elementsEqual(bytes))
    } ?? false
  }
}
