/// Header fields in the order they came; names are compared without regard to case (RFC 9110 §5.1).
///
/// Values are text: bytes of a peer that are not UTF-8 become U+FFFD, as such bytes have no meaning (RFC 9110 §5.5).
public struct HTTPHeaders: Sendable {
  /// All fields, in order, repeated ones too.
  public private(set) var fields: [(name: String, value: String)] = []

  /// No fields.
  public init() {}

  /// The given fields, in this order.
  public init(_ fields: [(String, String)]) {
    self.fields = fields.map { (name: $0.0, value: $0.1) }
  }

  /// The first value of a name. Setting it replaces all values of the name, in the first one's place; `nil` removes
  /// them.
  public subscript(_ name: String) -> String? {
    get {
      for field in fields where field.name.equalsIgnoringCase(name) { return field.value }
      return nil
    }
    set {
      let place = fields.firstIndex { $0.name.equalsIgnoringCase(name) }
      fields.removeAll { $0.name.equalsIgnoringCase(name) }
      guard let newValue else { return }
      fields.insert((name: name, value: newValue), at: place ?? fields.count)
    }
  }

  /// Appends a field, whether or not the name is there already.
  public mutating func add(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  /// For a folded line, which belongs to the field before it.
  mutating func replaceLastValue(with value: String) {
    guard let last = fields.indices.last else { return }
    fields[last].value = value
  }

  /// Every value of a name, in order.
  public func values(_ name: String) -> [String] {
    var values: [String] = []
    for field in fields where field.name.equalsIgnoringCase(name) { values.append(field.value) }
    return values
  }

  /// Whether a field of the name is there.
  public func contains(_ name: String) -> Bool {
    fields.contains { $0.name.equalsIgnoringCase(name) }
  }

  /// Whether one of the comma lists of a name has the token, in any case: `Connection: foo, Close` has `close`.
  public func hasToken(_ token: String, in name: String) -> Bool {
    fields.contains { field in
      field.name.equalsIgnoringCase(name)
        && field.value.utf8.split(separator: .comma).contains { trimmed($0).equalsIgnoringCase(token.utf8) }
    }
  }

  /// The elements of all comma lists of a name, without the empty ones, which a recipient ignores (RFC 9110 §5.6.1.2).
  public func listElements(_ name: String) -> [String] {
    values(name).flatMap { value in
      value.utf8.split(separator: .comma).map { trimmed($0) }.filter { !$0.isEmpty }
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
    var text = text
    while let first = text.first, first.isHTTPBlank { text.removeFirst() }
    while let last = text.last, last.isHTTPBlank { text.removeLast() }
    return text
  }
}

extension HTTPHeaders: Equatable {
  /// The same fields in the same order; case counts in values, not in names.
  public static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
    left.fields.count == right.fields.count
      && zip(left.fields, right.fields).allSatisfy { $0.name.equalsIgnoringCase($1.name) && $0.value == $1.value }
  }
}
