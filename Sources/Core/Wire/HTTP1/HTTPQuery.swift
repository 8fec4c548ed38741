/// The query of a request target, as HTML forms write it: `a=1&b`, percent-encoded, `+` for a space.
public struct HTTPQuery: Sendable, Equatable {
  /// All items in order, decoded; one without `=` has the empty value.
  public private(set) var items: [(name: String, value: String)] = []

  /// No items.
  public init() {}

  /// Decodes a query without its `?`, once. `nil` when a percent sign is not followed by two hexadecimal digits, or the
  /// decoded bytes have a NUL or are not UTF-8.
  public init?(parsing text: some StringProtocol) {
    let bytes = [UInt8](text.utf8)
    guard let query = bytes.withUnsafeBufferPointer(HTTPQuery.init(parsing:)) else { return nil }
    self = query
  }

  init?(parsing bytes: ByteView) {
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
      let item = bytes[part: start..<end]
      start = end + 1
      guard !item.isEmpty else { continue }
      let nameEnd = item.firstIndex(of: UInt8(ascii: "=")) ?? item.count
      guard let name = PercentEncoding.decode(item[part: 0..<nameEnd], plusIsSpace: true),
        let value = PercentEncoding.decode(item[part: min(nameEnd + 1, item.count)..<item.count], plusIsSpace: true)
      else { return nil }
      items.append((name: name, value: value))
    }
  }

  /// The last value of a name: where a name is repeated the reference gateway takes the last, too.
  public subscript(_ name: String) -> String? {
    items.last { $0.name == name }?.value
  }

  /// The same items in the same order.
  public static func == (left: HTTPQuery, right: HTTPQuery) -> Bool {
    left.items.elementsEqual(right.items) { $0.name == $1.name && $0.value == $1.value }
  }
}
