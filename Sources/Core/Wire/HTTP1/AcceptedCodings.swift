/// How much a client likes an answer compressed and uncompressed: `Accept-Encoding` (RFC 9110 §12.5.3), as far as the
/// codings we have go. Weights are thousandths, 0 means not acceptable.
public struct AcceptedCodings: Sendable, Equatable {
  /// Of gzip.
  public let gzip: Int
  /// Of the content as it is.
  public let identity: Int

  /// What a request accepts. One that does not say is not sent what it may not understand.
  public init(_ headers: HTTPHeaders) {
    guard headers.contains("Accept-Encoding") else {
      (gzip, identity) = (0, 1000)
      return
    }
    var weights: [String: Int] = [:]
    for element in headers.listElements("Accept-Encoding") {
      guard let (coding, weight) = AcceptedCodings.read(element) else { continue }
      // §8.4.1.3: x-gzip is the same.
      let name = coding == "x-gzip" ? "gzip" : coding
      weights[name] = max(weight, weights[name] ?? 0)
    }
    gzip = weights["gzip"] ?? weights["*"] ?? 0
    // Acceptable unless it is excluded; less than anything that is named.
    identity = weights["identity"] ?? weights["*"] ?? 1
  }

  /// `coding [ OWS ";" OWS "q=" qvalue ]`; what is none of that says nothing.
  private static func read(_ element: String) -> (coding: String, weight: Int)? {
    let parts = element.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part in
      Array(part).withUnsafeBufferPointer { Array($0.trimmed) }
    }
    guard let coding = parts.first, coding.isToken, parts.count <= 2 else { return nil }
    let name = String(decoding: coding.map(\.asciiLowered), as: UTF8.self)
    guard parts.count == 2 else { return (name, 1000) }
    guard parts[1].prefix(2).equalsIgnoringCase("q=".utf8), let weight = QualityValue.thousandths(parts[1].dropFirst(2))
    else {
      return nil
    }
    return (name, weight)
  }
}
