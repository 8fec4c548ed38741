internal import CCrypto

/// An entity tag: names one form of what a resource holds, so that a client can ask whether it has it (RFC 9110 §8.8.3).
public struct EntityTag: Sendable, Hashable {
  /// Bytes of the digest that are kept: chance does not give two bodies the same 120 bits.
  private static let digestBytes = 15

  /// Between the quotes.
  let opaque: String
  let isWeak: Bool

  init(opaque: String, isWeak: Bool = false) {
    self.opaque = opaque
    self.isWeak = isWeak
  }

  /// The strong tag of some bytes: the same bytes have the same tag, after a restart too.
  public init(of bytes: UnsafeRawBufferPointer) {
    self.init(opaque: Base64.text(of: Array(EntityTag.digest(bytes)[..<EntityTag.digestBytes])))
  }

  /// The authentication code GMAC (NIST SP 800-38D) under a key and nonce of zeros. A tag must not meet another by chance
  /// and guards no secret; of what does that this is the fastest at hand, a fifth of the time of SHA-256.
  private static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 16)
    let zeros = [UInt8](repeating: 0, count: 16)
    guard let context = EVP_CIPHER_CTX_new() else { return digest }
    defer { EVP_CIPHER_CTX_free(context) }
    EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, zeros, zeros)
    var (rest, written) = (bytes, Int32(0))
    while !rest.isEmpty {
      // Without a place to write to, the bytes are authenticated alone; a call takes as many as its type can count.
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      EVP_EncryptUpdate(context, nil, &written, piece.baseAddress, Int32(piece.count))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
    }
    EVP_EncryptFinal_ex(context, nil, &written)
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, &digest)
    return digest
  }

  /// The tag of the same content, compressed: a strong tag differs where the bytes do (§8.8.3.3).
  public var compressed: EntityTag { EntityTag(opaque: opaque + "-gzip", isWeak: isWeak) }

  /// As it stands in a field.
  public var text: String { (isWeak ? "W/\"" : "\"") + opaque + "\"" }

  /// The weak comparison of §8.8.3.2, that of `If-None-Match`.
  public func weaklyEquals(_ other: EntityTag) -> Bool { opaque == other.opaque }
}

/// `If-None-Match`: what a client says that it has, and does not want again (RFC 9110 §13.1.2).
public enum HeldTags: Sendable, Equatable {
  /// `*`: whatever there is.
  case any
  /// The forms of these tags.
  case these([EntityTag])

  /// What a request says; `nil` where it says nothing, or what is no list of tags: then it is answered as if that were not
  /// there.
  public init?(_ headers: HTTPHeaders, field: String = "If-None-Match") {
    let values = headers.values(field)
    guard !values.isEmpty else { return nil }
    // Lines of one field are one list (RFC 9110 §5.3). A tag may hold a comma, so it is not cut at those.
    let bytes = Array(values.joined(separator: ",").utf8)
    let isAny = bytes.withUnsafeBufferPointer { $0.trimmed.elementsEqual("*".utf8) }
    guard !isAny else {
      self = .any
      return
    }
    guard let tags = HeldTags.tags(in: bytes[...]), !tags.isEmpty else { return nil }
    self = .these(tags)
  }

  /// Whether it is one of these by the strong comparison of §8.8.3.2, that of `If-Match`: a weak tag never is.
  func containsStrongly(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .these(let tags): tags.contains { !$0.isWeak && !tag.isWeak && $0.opaque == tag.opaque }
    }
  }

  /// Whether the client has it already.
  public func contains(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .these(let tags): tags.contains { $0.weaklyEquals(tag) }
    }
  }

  /// `#entity-tag`; empty elements are ignored (RFC 9110 §5.6.1.2).
  private static func tags(in list: ArraySlice<UInt8>) -> [EntityTag]? {
    var rest = list
    var tags: [EntityTag] = []
    while true {
      rest = rest.drop { $0.isHTTPBlank || $0 == .comma }
      guard !rest.isEmpty else { return tags }
      // `W` is case-sensitive.
      let isWeak = rest.starts(with: "W/".utf8)
      if isWeak { rest = rest.dropFirst(2) }
      guard rest.first == UInt8(ascii: "\"") else { return nil }
      let opaque = rest.dropFirst().prefix { $0 == 0x21 || $0 >= 0x23 && $0 != 0x7F }
      guard opaque.endIndex < rest.endIndex, rest[opaque.endIndex] == UInt8(ascii: "\"") else { return nil }
      tags.append(EntityTag(opaque: String(decoding: opaque, as: UTF8.self), isWeak: isWeak))
      rest = rest[(opaque.endIndex + 1)...].drop { $0.isHTTPBlank }
      guard rest.isEmpty || rest.first == .comma else { return nil }
    }
  }
}
