internal import Synchronization

/// What a resource holds at one moment (RFC 9110 §3.2), ready to be sent many times: its bytes, its tag, and its
/// compressed form from the first time somebody asks for that. Made for caches: all answers share it.
///
/// Safe to share: bytes and tag never change. The compressed form is set once, by an atomic exchange of a reference: whoever
/// reads it waits for nobody. Two that find it missing at the same time both compress, and the second one's work is thrown
/// away; that costs milliseconds once, where a lock would cost every reader a little for ever.
public final class HTTPRepresentation: Sendable {
  /// The content as it is.
  public let plain: SharedBytes
  /// Of the content as it is.
  public let tag: EntityTag
  private let compressed = AtomicLazyReference<SharedBytes>()

  /// A representation of the bytes. Takes their digest: 13 µs for 126 KB.
  public init(_ plain: SharedBytes) {
    self.plain = plain
    tag = EntityTag(of: plain.bytes)
  }

  /// The same, of bytes that are copied.
  public convenience init(_ bytes: [UInt8]) { self.init(SharedBytes(bytes)) }

  /// The memory it takes: for the limit of a cache. Grows once, when the compressed form is made, to less than twice.
  public var heldBytes: Int { plain.count + (compressed.load()?.count ?? 0) }

  /// Whether the compressed form is there.
  public var isCompressed: Bool { compressed.load() != nil }

  /// The content in gzip form, made now if it was not before; `nil` when it cannot be made (`Gzip.compress`).
  public var gzip: SharedBytes? {
    if let made = compressed.load() { return made }
    guard let bytes = Gzip.compress(plain.bytes, .kept) else { return nil }
    return compressed.storeIfNil(SharedBytes(bytes))
  }
}
