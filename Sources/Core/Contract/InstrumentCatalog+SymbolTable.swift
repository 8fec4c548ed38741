import Model
import Wire

/// An open-addressing hash table from symbol bytes to instruments: one multiplication and, as a rule, one comparison of
/// words, whether there are ten of them or ten thousand.
///
/// Memory of its own, which is written once and lives as long as its catalog.
struct SymbolTable: @unchecked Sendable {
  private struct Entry {
    var low: UInt64
    var high: UInt64
    /// Whether it is short, and JSON writes it without escapes.
    var isPlain: Bool
    var instrument: Instrument
  }

  private let entries: UnsafeMutablePointer<Entry>
  /// Numbers of entries, from 1; 0 where there is none. Apart from them, as it must be sparse: each symbol that is not in its
  /// own place costs a branch that is guessed wrong. So both stay in the caches, whatever the length of the list.
  private let places: UnsafeMutablePointer<UInt32>
  private let mask: Int
  private let shift: UInt64

  /// A table of a list; the first of two equal symbols stays.
  init(_ list: [Instrument]) {
    // At most an eighth full.
    var bits: UInt64 = 4
    while 1 << bits < list.count * 8 { bits += 1 }
    shift = 64 - bits
    mask = 1 << Int(bits) - 1
    places = UnsafeMutablePointer<UInt32>.allocate(capacity: mask + 1)
    places.initialize(repeating: 0, count: mask + 1)
    entries = UnsafeMutablePointer<Entry>.allocate(capacity: list.count)
    var count: UInt32 = 0
    for instrument in list {
      Array(instrument.symbol.utf8).withUnsafeBytes { bytes in
        guard find(bytes) == nil else { return }
        count += 1
        insert(instrument, ShortText(bytes), number: count)
      }
    }
  }

  /// Ends the table; of all its copies.
  func deallocate() {
    places.deallocate()
    entries.deallocate()
  }

  private func insert(_ instrument: Instrument, _ symbol: ShortText, number: UInt32) {
    var place = Int(truncatingIfNeeded: symbol.mixed >> shift)
    while places[place] != 0 { place = (place + 1) & mask }
    let isPlain =
      instrument.symbol.utf8.count <= ShortText.capacity
      && instrument.symbol.utf8.allSatisfy { byte in
        (0x20..<0x80).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      }
    places[place] = number
    (entries + Int(number) - 1).initialize(
      to: Entry(low: symbol.low, high: symbol.high, isPlain: isPlain, instrument: instrument))
  }

  /// The instrument of exactly these bytes.
  func find(_ bytes: UnsafeRawBufferPointer) -> Instrument? {
    let key = ShortText(bytes)
    var place = Int(truncatingIfNeeded: key.mixed &>> shift)
    while places[place] != 0 {
      let entry = entries + (Int(places[place]) - 1)
      if entry.pointee.low == key.low, entry.pointee.high == key.high, isSymbol(bytes, of: entry.pointee) {
        return entry.pointee.instrument
      }
      place = (place &+ 1) & mask
    }
    return nil
  }

  /// The instrument of a symbol that is short and written without escapes, as it stands in a frame.
  @inline(__always) func find(plain key: ShortText) -> Instrument? {
    var place = Int(truncatingIfNeeded: key.mixed &>> shift)
    while places[place] != 0 {
      let entry = entries + (Int(places[place]) &- 1)
      let differences = (entry.pointee.low ^ key.low) | (entry.pointee.high ^ key.high)
      if differences == 0, entry.pointee.isPlain { return entry.pointee.instrument }
      place = (place &+ 1) & mask
    }
    return nil
  }

  /// Of a plain symbol the key has all bytes, and of another its beginning; behind either there are zeros.
  private func isSymbol(_ bytes: UnsafeRawBufferPointer, of entry: Entry) -> Bool {
    let symbol = entry.instrument.symbol.utf8
    return symbol.count == bytes.count && (entry.isPlain || symbol.elementsEqual(bytes))
  }
}
