/// Values by key, bounded by the bytes they are said to take: when there are too many, those go that were not used for the
/// longest time.
///
/// A table of entries linked by index, so that finding, using and dropping one take the same time however many there are.
public struct BoundedMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    var key: Key
    var value: Value?
    var bytes: Int
    /// Used just before this one, and just after it.
    var older: Int
    var newer: Int
  }

  /// Of an entry, beside its value.
  public static var entryBytes: Int { 128 }
  private static var none: Int { -1 }

  /// The most bytes.
  public let limitBytes: Int
  /// The bytes now.
  public private(set) var bytes = 0
  private var entries: [Entry] = []
  private var places: [Key: Int] = [:]
  private var free: [Int] = []
  private var oldest = BoundedMemory.none
  private var newest = BoundedMemory.none

  /// Nothing, up to so many bytes.
  public init(limitBytes: Int) {
    self.limitBytes = limitBytes
  }

  /// How many values there are.
  public var count: Int { places.count }

  /// The value of a key, which is thereby used.
  public mutating func find(_ key: Key) -> Value? {
    guard let place = places[key] else { return nil }
    use(place)
    return entries[place].value
  }

  /// Keeps a value that takes so many bytes; drops others when there is no room, and the value itself when it is too large.
  public mutating func keep(_ value: Value, for key: Key, bytes size: Int) {
    let size = max(0, size) + BoundedMemory.entryBytes
    guard size <= limitBytes else { return drop(key) }
    if let place = places[key] {
      bytes += size - entries[place].bytes
      entries[place].value = value
      entries[place].bytes = size
      use(place)
    } else {
      let entry = Entry(key: key, value: value, bytes: size, older: newest, newer: BoundedMemory.none)
      let place = free.popLast() ?? entries.endIndex
      if place == entries.endIndex { entries.append(entry) } else { entries[place] = entry }
      if newest != BoundedMemory.none { entries[newest].newer = place } else { oldest = place }
      newest = place
      places[key] = place
      bytes += size
    }
    while bytes > limitBytes, oldest != BoundedMemory.none { drop(entries[oldest].key) }
  }

  /// Changes a value in its place, and says what it then takes. The value is `nil` where there is none, and where none
  /// shall be.
  public mutating func update(_ key: Key, _ change: (inout Value?) -> Int) {
    let place = places[key]
    // Taken out, so that the value is changed and not copied.
    var value = place.flatMap { entries[$0].value }
    if let place { entries[place].value = nil }
    let size = change(&value)
    if let value { keep(value, for: key, bytes: size) } else { drop(key) }
  }

  /// Drops a value.
  public mutating func drop(_ key: Key) {
    guard let place = places.removeValue(forKey: key) else { return }
    unlink(place)
    bytes -= entries[place].bytes
    entries[place].value = nil
    free.append(place)
  }

  /// Drops, of the values that were not used for the longest time, up to so many, until one is met that shall stay.
  public mutating func dropOldest(atMost most: Int, while isSpent: (Value) -> Bool) {
    for _ in 0..<most {
      guard oldest != BoundedMemory.none, let value = entries[oldest].value, isSpent(value) else { return }
      drop(entries[oldest].key)
    }
  }

  private mutating func use(_ place: Int) {
    guard place != newest else { return }
    unlink(place)
    entries[place].older = newest
    entries[place].newer = BoundedMemory.none
    if newest != BoundedMemory.none { entries[newest].newer = place } else { oldest = place }
    newest = place
  }

  private mutating func unlink(_ place: Int) {
    let (older, newer) = (entries[place].older, entries[place].newer)
    if older != BoundedMemory.none { entries[older].newer = newer } else { oldest = newer }
    if newer != BoundedMemory.none { entries[newer].older = older } else { newest = older }
  }
}
