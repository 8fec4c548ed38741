extension Trade {
  /// A trade's id that is neither a number nor a UUID: a short text without memory of its own, so that a trade is plain
  /// memory.
  public struct TextID: Sendable, Hashable, CustomStringConvertible {
    /// The longest, in bytes of UTF-8: a UUID in its usual form (RFC 9562 §4) has 36.
    public static let maxCount = 39

    private typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64)

    // The bytes of the text, zeros, and in the last byte how many they are.
    private let first, second, third, fourth, fifth: UInt64

    /// The id of these bytes; `nil` when they are more than `maxCount`.
    public init?(utf8 text: UnsafeRawBufferPointer) {
      guard text.count <= TextID.maxCount else { return nil }
      var words: Words = (0, 0, 0, 0, 0)
      withUnsafeMutableBytes(of: &words) { bytes in
        bytes.copyMemory(from: text)
        bytes[TextID.maxCount] = UInt8(truncatingIfNeeded: text.count)
      }
      (first, second, third, fourth, fifth) = words
    }

    /// The id of a text; `nil` when it is longer than `maxCount` bytes.
    public init?(_ text: String) {
      guard let id = Array(text.utf8).withUnsafeBytes({ TextID(utf8: $0) }) else { return nil }
      self = id
    }

    /// The text.
    public var description: String {
      let words: Words = (first, second, third, fourth, fifth)
      return withUnsafeBytes(of: words) { bytes in
        String(decoding: bytes[..<Int(bytes[TextID.maxCount])], as: UTF8.self)
      }
    }
  }
}
