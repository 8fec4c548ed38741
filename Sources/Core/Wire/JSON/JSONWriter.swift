/// Writes JSON into memory of its own and puts the commas itself. What comes out is valid as long as containers are closed
/// and names and values alternate, which is up to the caller.
///
/// The memory is raw, so that a value costs one look at the room that is left and not one a byte; it is handed over as
/// `SharedBytes` without a copy. That is why a writer cannot be copied. Inside it holds: nothing is written at `end` but
/// after `reserve` of all the bytes it may take. What runs for each value is inlined into its caller, where the names of
/// members are constants: such a name becomes a few stores.
public struct JSONWriter: ~Copyable {
  @usableFromInline var memory: UnsafeMutableRawPointer
  @usableFromInline var capacity: Int
  /// Where the document begins: what stands before it is room for a head.
  @usableFromInline var start: Int
  /// Where the document ends so far.
  @usableFromInline var end: Int
  @usableFromInline var needsComma = false

  /// A writer that has written nothing, with room for so many bytes, and before them for a head of so many that is
  /// known only when they are written. It grows as it must.
  public init(reserving count: Int = 120, headroom: Int = 0) {
    capacity = count + headroom
    memory = .allocate(byteCount: max(capacity, 1), alignment: SharedBytes.alignment)
    start = headroom
    end = headroom
  }

  deinit {
    memory.deallocate()
  }

  // MARK: What has been written

  /// How many bytes have been written.
  public var count: Int { end - start }

  /// A copy of what has been written so far.
  public var bytes: [UInt8] {
    Array(UnsafeRawBufferPointer(start: memory + start, count: count))
  }

  /// A copy of what has been written; the writer starts anew.
  public mutating func take() -> [UInt8] {
    defer {
      end = start
      needsComma = false
    }
    return bytes
  }

  /// What has been written, without a copy.
  public consuming func shared() -> SharedBytes {
    // Kept for long, the room that was not needed would be wasted.
    guard count >= capacity / 4 * 3 else {
      let copy = SharedBytes(copying: UnsafeRawBufferPointer(start: memory + start, count: count))
      _ = consume self
      return copy
    }
    let bytes = SharedBytes(owning: memory, from: start, count: count)
    discard self
    return bytes
  }

  /// Puts a head before what has been written: `write` fills exactly so many bytes.
  mutating func prepend(_ headCount: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
    if start < headCount { move(start: headCount, capacity: headCount + count) }
    start -= headCount
    write(memory + start)
  }

  // MARK: Room

  /// Makes room for so many bytes.
  @inlinable @inline(__always) mutating func reserve(_ more: Int) {
    if capacity - end < more { move(start: start, capacity: max(capacity * 2, end + more)) }
  }

  @usableFromInline @inline(never) mutating func move(start newStart: Int, capacity newCapacity: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: SharedBytes.alignment)
    (larger + newStart).copyMemory(from: memory + start, byteCount: count)
    memory.deallocate()
    end = newStart + count
    start = newStart
    memory = larger
    capacity = newCapacity
  }

  /// Appends a byte for which there is room.
  @inlinable @inline(__always) mutating func put(_ byte: UInt8) {
    memory.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
    end += 1
  }

  /// Begins a value of at most so many bytes, with the comma before it.
  @inlinable @inline(__always) mutating func separate(_ most: Int) {
    reserve(most + 1)
    memory.storeBytes(of: UInt8(ascii: ","), toByteOffset: end, as: UInt8.self)
    end += needsComma ? 1 : 0
  }

  // MARK: Values

  /// One value of at most so many bytes; `write` writes it and says how many it took.
  @inlinable @inline(__always) public mutating func value(upTo most: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
    separate(most)
    end += write(memory + end)
    needsComma = true
  }

  /// One value, written by the caller, who appends exactly one JSON value.
  public mutating func raw(_ body: (inout [UInt8]) -> Void) {
    var bytes: [UInt8] = []
    body(&bytes)
    bytes.withUnsafeBytes { rawValue($0) }
  }

  /// One value that is already JSON.
  @inlinable public mutating func rawValue(_ value: UnsafeRawBufferPointer) {
    self.value(upTo: value.count) { memory in
      UnsafeMutableRawBufferPointer(start: memory, count: value.count).copyMemory(from: value)
      return value.count
    }
  }

  /// The name of a member.
  @inlinable @inline(__always) public mutating func key(_ name: StaticString) {
    name.withUTF8Buffer { text in
      string(escaping: UnsafeRawBufferPointer(text))
      endKey()
    }
  }

  /// The name of a member. Disfavoured, as a literal would else be taken for a `String`.
  @_disfavoredOverload public mutating func key(_ name: String) {
    string(name)
    endKey()
  }

  /// A string.
  public mutating func string(_ value: String) {
    var value = value
    value.withUTF8 { string(escaping: UnsafeRawBufferPointer($0)) }
  }

  @inlinable @inline(__always) mutating func endKey() {
    put(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A string of these bytes, which are UTF-8.
  @inlinable @inline(__always) mutating func string(escaping text: UnsafeRawBufferPointer) {
    // The colon behind a name needs no look of its own at the room.
    separate(text.count + 3)
    if let length = JSONEscaping.copyPlain(text, to: memory + end) {
      end += length
    } else {
      appendEscaped(text)
    }
    needsComma = true
  }

  @usableFromInline @inline(never) mutating func appendEscaped(_ text: UnsafeRawBufferPointer) {
    reserve(JSONEscaping.escapedCount(text) + 3)
    end += JSONEscaping.copyEscaping(text, to: memory + end)
  }

  // MARK: Containers

  /// `{`
  public mutating func beginObject() { begin(UInt8(ascii: "{")) }

  /// `}`
  public mutating func endObject() { close(UInt8(ascii: "}")) }

  /// `[`
  public mutating func beginArray() { begin(UInt8(ascii: "[")) }

  /// `]`
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  @inline(__always) private mutating func begin(_ mark: UInt8) {
    separate(1)
    put(mark)
    needsComma = false
  }

  @inline(__always) private mutating func close(_ mark: UInt8) {
    reserve(1)
    put(mark)
    needsComma = true
  }
}
