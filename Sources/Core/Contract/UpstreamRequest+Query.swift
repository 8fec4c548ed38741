extension UpstreamRequest {
  /// A `GET` of a path with parameters; those without a value are left out.
  public init(
    get path: String, _ parameters: KeyValuePairs<String, String?>, weight: Int, budget: RequestBudget? = nil
  ) {
    self.init(get: path, parameters: parameters.map { ($0.key, $0.value) }, weight: weight, budget: budget)
  }

  /// The same, for parameters that are not written out in the source.
  public init(
    get path: String, parameters: [(name: String, value: String?)], weight: Int, budget: RequestBudget? = nil
  ) {
    var target = path
    var separator = "?"
    for (name, value) in parameters {
      guard let value else { continue }
      target += separator + name + "=" + UpstreamRequest.percentEncoded(value)
      separator = "&"
    }
    self.init(target: target, weight: weight, budget: budget)
  }

  /// A text with every byte but the unreserved ones of RFC 3986 §2.3 as `%XX`: symbols may be of any script.
  public static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
