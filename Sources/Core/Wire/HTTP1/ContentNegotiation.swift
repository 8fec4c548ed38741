/// In which form a client gets an answer: as it is, compressed, or only the word that it has it already
/// (RFC 9110 §8.4.1.3, §12.5.3, §13.1.2). Pure.
///
/// Of 200 answers to GET and HEAD those with text are offered in gzip, and those with JSON, or of a kept representation,
/// unless they are `no-store`, have a tag. HEAD is answered with the fields of GET, and so costs the same.
public struct ContentNegotiation: Sendable {
  /// Fewer bytes are not worth it: they fit into one packet as they are.
  public static let minGzipBytes = 1024
  /// Up to so many bytes compressing takes less than 0.2 ms (`Gzip.Effort.once`): an event loop can afford that.
  public static let quickGzipBytes = 32 << 10
  /// Up to so many bytes the digest takes less than 0.3 ms.
  public static let quickTagBytes = 512 << 10

  private let response: HTTPResponse
  private let codings: AcceptedCodings
  private let held: HeldTags?
  /// `If-Match`: the answer is wanted only if it is one of these.
  private let wanted: HeldTags?
  private let applies: Bool
  private let isTagged: Bool
  private let count: Int

  /// Looks at what the request asks for and what the answer is.
  public init(_ response: HTTPResponse, for request: HTTPRequest) {
    self.response = response
    codings = AcceptedCodings(request.headers)
    held = HeldTags(request.headers)
    wanted = HeldTags(request.headers, field: "If-Match")
    count = response.body.contiguousCount ?? 0
    let type = response.headers["Content-Type"] ?? ""
    let isJSON = type.utf8.prefix(16).equalsIgnoringCase("application/json".utf8)
    let isText = isJSON || type.utf8.prefix(5).equalsIgnoringCase("text/".utf8)
    applies =
      response.status == .ok && (request.method == .get || request.method == .head) && isText
      && response.body.contiguousCount != nil && !response.headers.contains("Content-Encoding")
    isTagged =
      applies && (isJSON || response.body.isKept) && !response.headers.hasToken("no-store", in: "Cache-Control")
      && !response.headers.contains("ETag")
  }

  /// Whether there is a form that the client accepts; else the answer is 406.
  public var isAcceptable: Bool { !applies || codings.identity > 0 || usesGzip }

  /// Whether the answer is one that the client wants, by `If-Match`; else it is answered 412 (RFC 9110 §13.1.1). In which
  /// of its two forms does not matter. Takes a digest where the field is there.
  public var meetsPrecondition: Bool {
    guard applies, let wanted, wanted != .any else { return true }
    guard isTagged, let tag = response.body.tag else { return false }
    return wanted.containsStrongly(tag) || wanted.containsStrongly(tag.compressed)
  }

  /// Whether `result` takes no longer than an event loop can afford.
  public var isQuick: Bool {
    guard applies else { return true }
    if case .representation(let representation) = response.body {
      return !usesGzip || representation.isCompressed || count <= ContentNegotiation.quickGzipBytes
    }
    return count <= (usesGzip ? ContentNegotiation.quickGzipBytes : ContentNegotiation.quickTagBytes)
  }

  /// The answer in the form the client gets.
  public func result() -> HTTPResponse {
    guard applies else { return response }
    var response = response
    response.headers.add("Vary", "Accept-Encoding")
    let tag = isTagged ? response.body.tag : nil
    if let tag, held?.contains(usesGzip ? tag.compressed : tag) == true {
      return notModified(response, usesGzip ? tag.compressed : tag)
    }
    let compressed = usesGzip ? response.body.gzip : nil
    if let compressed {
      response.body = compressed
      response.headers["Content-Encoding"] = "gzip"
    }
    if let tag { response.headers["ETag"] = (compressed == nil ? tag : tag.compressed).text }
    return response
  }

  /// Where both are liked the same, the smaller one goes.
  private var usesGzip: Bool {
    guard applies, codings.gzip > 0, count <= Gzip.maxBytes else { return false }
    return codings.identity == 0 || codings.gzip >= codings.identity && count >= ContentNegotiation.minGzipBytes
  }

  /// RFC 9110 §15.4.5: no content, and of the fields that describe it only those that a cache needs.
  private func notModified(_ response: HTTPResponse, _ tag: EntityTag) -> HTTPResponse {
    var response = response
    response.status = .notModified
    response.body = .none
    response.headers["Content-Type"] = nil
    response.headers["ETag"] = tag.text
    return response
  }
}

extension HTTPResponse.Body {
  /// Whether it is made to be sent many times.
  fileprivate var isKept: Bool { if case .representation = self { true } else { false } }

  /// How many bytes it has in one piece; `nil` when it has none, or several.
  fileprivate var contiguousCount: Int? {
    switch self {
    case .bytes(let bytes): bytes.count
    case .shared(let bytes): bytes.count
    case .representation(let representation): representation.plain.count
    case .none, .chunks: nil
    }
  }

  fileprivate var tag: EntityTag? {
    switch self {
    case .bytes(let bytes): bytes.withUnsafeBytes { EntityTag(of: $0) }
    case .shared(let bytes): EntityTag(of: bytes.bytes)
    case .representation(let representation): representation.tag
    case .none, .chunks: nil
    }
  }

  fileprivate var gzip: HTTPResponse.Body? {
    switch self {
    case .bytes(let bytes): bytes.withUnsafeBytes { Gzip.compress($0, .once) }.map { .bytes($0) }
    case .shared(let bytes): Gzip.compress(bytes.bytes, .once).map { .bytes($0) }
    case .representation(let representation): representation.gzip.map { .shared($0) }
    case .none, .chunks: nil
    }
  }
}
