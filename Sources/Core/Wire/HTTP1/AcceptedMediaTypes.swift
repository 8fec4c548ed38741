/// How much a client likes a media type: `Accept` (RFC 9110 §12.5.1). Weights are thousandths, 0 means not acceptable.
///
/// Parameters other than the weight are passed over: of each type there is one form here.
public struct AcceptedMediaTypes: Sendable {
  /// More ranges than this say nothing: a browser sends about eight.
  static let maxRanges = 32

  private struct Range {
    let type: [UInt8]
    let subtype: [UInt8]
    let weight: Int
  }

  /// `nil`: the client does not say.
  private let ranges: [Range]?

  /// What a request accepts.
  public init(_ headers: HTTPHeaders) {
    guard headers.contains("Accept") else {
      ranges = nil
      return
    }
    ranges = headers.listElements("Accept").prefix(AcceptedMediaTypes.maxRanges).compactMap {
      AcceptedMediaTypes.read($0)
    }
  }

  /// The weight of a type. "The most specific reference has precedence", and of equally specific ones the largest.
  public func weight(of type: String, _ subtype: String) -> Int {
    guard let ranges else { return 1000 }
    let name = (type: Array(type.utf8), subtype: Array(subtype.utf8))
    let matches: [(Range) -> Bool] = [
      { $0.type == name.type && $0.subtype == name.subtype },
      { $0.type == name.type && $0.subtype == AcceptedMediaTypes.any },
      { $0.type == AcceptedMediaTypes.any && $0.subtype == AcceptedMediaTypes.any },
    ]
    for matches in matches {
      if let weight = ranges.filter(matches).map(\.weight).max() { return weight }
    }
    return 0
  }

  private static let any = Array("*".utf8)

  /// `type "/" subtype *( OWS ";" OWS parameter )`, one of which may be the weight; what is none of that says nothing.
  private static func read(_ element: String) -> Range? {
    let parts = element.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part in
      Array(part).withUnsafeBufferPointer { Array($0.trimmed) }
    }
    let names = (parts.first ?? []).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy({ Array($0).isToken }) else { return nil }
    var weight = 1000
    for parameter in parts.dropFirst() where parameter.prefix(2).equalsIgnoringCase("q=".utf8) {
      guard let liked = QualityValue.thousandths(parameter.dropFirst(2)) else { return nil }
      weight = liked
    }
    return Range(type: names[0].map(\.asciiLowered), subtype: names[1].map(\.asciiLowered), weight: weight)
  }
}
