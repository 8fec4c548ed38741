/// How much something is liked: a number from 0 to 1 with at most three places (RFC 9110 §12.4.2).
enum QualityValue {
  /// `( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`, in thousandths; `nil` when the text is none of that.
  static func thousandths(_ text: ArraySlice<UInt8>) -> Int? {
    guard let first = text.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1") else { return nil }
    let rest = text.dropFirst()
    guard rest.isEmpty || rest.first == UInt8(ascii: ".") else { return nil }
    let digits = rest.dropFirst()
    guard digits.count <= 3, digits.allSatisfy(\.isDigit) else { return nil }
    var thousandths = first == UInt8(ascii: "1") ? 1000 : 0
    for (digit, unit) in zip(digits, [100, 10, 1]) { thousandths += Int(digit - UInt8(ascii: "0")) * unit }
    return thousandths <= 1000 ? thousandths : nil
  }
}
