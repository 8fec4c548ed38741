import CProcessor
import Model
import Wire

/// A perfect hash table from short symbols to instruments: one look at a displacement, one at an entry and one comparison,
/// whether there are ten symbols or ten thousand.
///
/// Buys: a trade costs the same with 10,000 symbols as with ten; with a table of probes it was 7 to 11 % more
/// (docs/benchmarks.md). So many entries are no longer in a near cache when they are needed again. Here it is known at once
/// which one it will be, and it is fetched while the rest of the frame is read.
/// Assumes: the list does not change. A symbol that is long, or that JSON writes with escapes, is not in it; nor is one
/// that finds no free entry, as only a list made for that purpose has.
///
/// The symbols of a bucket have one displacement, chosen so that each gets an entry of its own ("Hash, displace, and
/// compress", Belazzougui, Botelho and Dietzfelbinger, ESA 2009). Memory of its own, which is written once and lives as long
/// as its catalog.
struct SymbolTable: @unchecked Sendable {
  fileprivate struct Entry {
    var low: UInt64 = 0
    var high: UInt64 = 0
    /// `nil` where there is none, whose key is that of no symbol.
    var instrument: Instrument?
  }

  private struct Key {
    let text: ShortText
    let instrument: Instrument
  }

  /// Displacements tried for a bucket. The last of a usual list are found within a few dozen.
  private static let mostAttempts: UInt16 = 1024
  /// Symbols of a bucket, four as a rule: a list whose symbols all meet in one must not take the square of its length.
  private static let mostOfBucket = 64

  private let displacements: UnsafeMutablePointer<UInt16>
  private let entries: UnsafeMutablePointer<Entry>
  private let bucketShift: UInt64
  private let entryShift: UInt64

  /// A table of a list; the first of two equal symbols stays.
  init(_ list: [Instrument]) {
    // Four symbols to a bucket; entries at most four fifths full, and less as a rule.
    let bucketBits = SymbolTable.bits(holding: list.count / 4)
    let entryBits = SymbolTable.bits(holding: list.count + list.count / 4)
    bucketShift = 64 - bucketBits
    entryShift = 64 - entryBits
    displacements = .allocate(capacity: 1 << bucketBits)
    displacements.initialize(repeating: 0, count: 1 << bucketBits)
    entries = .allocate(capacity: 1 << entryBits)
    entries.initialize(repeating: Entry(), count: 1 << entryBits)
    var buckets = [[Key]](repeating: [], count: 1 << bucketBits)
    for instrument in list where SymbolTable.isPlain(instrument.symbol) {
      let text = Array(instrument.symbol.utf8).withUnsafeBytes { ShortText($0) }
      let bucket = bucket(of: text.mixed)
      guard buckets[bucket].count < SymbolTable.mostOfBucket else { continue }
      // Equal, or made to look so: no displacement tells those apart.
      if buckets[bucket].contains(where: { $0.text.mixed == text.mixed }) { continue }
      buckets[bucket].append(Key(text: text, instrument: instrument))
    }
    // The fullest first, while there is room.
    for bucket in buckets.indices.sorted(by: { buckets[$0].count > buckets[$1].count }) {
      displace(buckets[bucket], of: bucket)
    }
  }

  /// Ends the table; of all its copies.
  func deallocate() {
    displacements.deallocate()
    entries.deallocate()
  }

  /// The instrument of a symbol that is short and written without escapes, as it stands in a frame; `nil` for one that is
  /// not in the table.
  @inline(__always) func find(plain key: ShortText) -> Instrument? { begin(key).instrument }

  /// Begins to look for such a symbol.
  @inline(__always) func begin(_ key: ShortText) -> Search {
    let mixed = key.mixed
    let entry = entries + place(of: mixed, displacements[bucket(of: mixed)])
    mg_prefetch(entry)
    return Search(key: key, entry: entry)
  }

  /// A search that is under way: the entry comes nearer while the rest of a frame is read.
  struct Search {
    fileprivate let key: ShortText
    fileprivate let entry: UnsafePointer<Entry>

    /// What is found.
    @inline(__always) var instrument: Instrument? {
      let differences = (entry.pointee.low ^ key.low) | (entry.pointee.high ^ key.high)
      return differences == 0 ? entry.pointee.instrument : nil
    }
  }

  @inline(__always) private func bucket(of mixed: UInt64) -> Int { Int(truncatingIfNeeded: mixed &>> bucketShift) }

  /// An odd number times the key: symbols of one bucket, whose upper bits are alike, come apart.
  @inline(__always) private func place(of mixed: UInt64, _ displacement: UInt16) -> Int {
    Int(truncatingIfNeeded: (mixed &* (0xd1b5_4a32_d192_ed03 &+ UInt64(displacement) &<< 1)) &>> entryShift)
  }

  /// Finds the displacement that brings all keys of a bucket to free entries, and puts them there.
  private func displace(_ keys: [Key], of bucket: Int) {
    var places: [Int] = []
    for displacement in 0..<SymbolTable.mostAttempts {
      places.removeAll(keepingCapacity: true)
      for key in keys {
        let place = place(of: key.text.mixed, displacement)
        if entries[place].instrument != nil || places.contains(place) { break }
        places.append(place)
      }
      guard places.count == keys.count else { continue }
      displacements[bucket] = displacement
      for (key, place) in zip(keys, places) {
        entries[place] = Entry(low: key.text.low, high: key.text.high, instrument: key.instrument)
      }
      return
    }
  }

  /// Whether a symbol is a key whole, and JSON writes it without escapes.
  private static func isPlain(_ symbol: String) -> Bool {
    (1...ShortText.capacity).contains(symbol.utf8.count)
      && symbol.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
  }

  /// How many bits number so many things, one at least.
  private static func bits(holding count: Int) -> UInt64 {
    UInt64(max(1, Int.bitWidth - max(count - 1, 0).leadingZeroBitCount))
  }
}
