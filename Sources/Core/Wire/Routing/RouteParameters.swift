/// The values that stood in a path where its pattern has `{name}`, percent-decoded once.
public struct RouteParameters: Sendable, Equatable {
  private var values: [(name: String, value: String)] = []

  /// No parameters.
  public init() {}

  /// The value of a parameter; `nil` when the pattern has none of that name.
  public subscript(_ name: String) -> String? {
    for parameter in values where parameter.name == name { return parameter.value }
    return nil
  }

  /// The value as another type; `nil` when the pattern has no such parameter or the text is no such value.
  public func get<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type) -> Value? {
    self[name].flatMap(Value.init)
  }

  /// How many parameters there are.
  public var count: Int { values.count }

  mutating func add(_ name: String, _ value: String) {
    values.append((name: name, value: value))
  }

  /// The same parameters in the order of the pattern.
  public static func == (left: RouteParameters, right: RouteParameters) -> Bool {
    left.values.elementsEqual(right.values) { $0.name == $1.name && $0.value == $1.value }
  }
}
