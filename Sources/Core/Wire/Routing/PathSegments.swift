/// A path cut at its slashes, each segment percent-decoded once: `%2F` is a slash inside a segment, not between two.
struct PathSegments {
  enum Fault: Error {
    /// A percent sign without two hexadecimal digits, a NUL, or bytes that are not UTF-8.
    case malformed
    /// No leading slash, or an empty segment: no pattern has these.
    case notFound
  }

  /// The decoded segments, one behind the other.
  private let bytes: [UInt8]
  /// Where each segment ends in `bytes`.
  private let ends: [Int]

  var count: Int { ends.count }

  init(_ path: String) throws(Fault) {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    var isWellFormed = true
    var hasEmptySegment = false
    bytes.reserveCapacity(path.utf8.count)
    ends.reserveCapacity(8)
    var text = path
    text.withUTF8 { text in
      var start = 1
      while start <= text.count {
        let end = text[start...].firstIndex(of: .slash) ?? text.count
        if end == start { hasEmptySegment = true }
        isWellFormed = isWellFormed && PathSegments.append(text[part: start..<end], to: &bytes)
        ends.append(bytes.count)
        start = end + 1
      }
    }
    guard isWellFormed else { throw .malformed }
    guard path.utf8.first == .slash else { throw .notFound }
    // The path `/` is the root: no segment at all.
    if ends.count == 1, hasEmptySegment {
      ends = []
    } else if hasEmptySegment {
      throw .notFound
    }
    self.bytes = bytes
    self.ends = ends
  }

  subscript(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  private static func append(_ segment: ByteView, to bytes: inout [UInt8]) -> Bool {
    guard PercentEncoding.needsDecoding(segment, plusIsSpace: false) else {
      bytes.append(contentsOf: segment)
      return true
    }
    let start = bytes.count
    return PercentEncoding.append(segment, to: &bytes, plusIsSpace: false)
      && String(validating: bytes[start...], as: UTF8.self) != nil
  }
}
