public import Model
public import Wire

/// Members of an object, by name, in the types of the model. All throw `malformed` with the name of the member.
extension JSONValue {
  /// A text.
  public func text(_ name: String) throws(ExchangeError) -> String {
    guard let text = self[name]?.string else { throw .malformed("\(name) is not a text") }
    return text
  }

  /// A whole number.
  public func integer(_ name: String) throws(ExchangeError) -> Int64 {
    guard let integer = self[name]?.integer else { throw .malformed("\(name) is not a whole number") }
    return integer
  }

  /// A truth value.
  public func bool(_ name: String) throws(ExchangeError) -> Bool {
    guard let bool = self[name]?.bool else { throw .malformed("\(name) is not a truth value") }
    return bool
  }

  /// A decimal, in a string or as a number, with its digits kept.
  public func decimal(_ name: String) throws(ExchangeError) -> FixedDecimal {
    guard let number = try optionalDecimal(name) else { throw .malformed("\(name) is not a decimal") }
    return number
  }

  /// A decimal; `nil` where there is none: absent, `null`, `""` or `"NaN"`.
  public func optionalDecimal(_ name: String) throws(ExchangeError) -> FixedDecimal? {
    switch self[name] {
    case nil, .null, .string(""), .string("NaN"): return nil
    case .string(let text), .number(let text):
      if let number = FixedDecimal(text) { return number }
    default: break
    }
    throw .malformed("\(name) is not a decimal")
  }

  /// An instant as a whole number of milliseconds since 1970, as a number or in a string.
  public func milliseconds(_ name: String) throws(ExchangeError) -> Timestamp {
    let member = self[name]
    guard let count = member?.integer ?? member?.string.flatMap({ Int64($0) }),
      let instant = Timestamp(milliseconds: count)
    else { throw .malformed("\(name) is not a time in milliseconds") }
    return instant
  }
}
