import Glibc

/// Reads the exchange's answers, and writes what clients must be told, by text alone: the gateway's own decimals, times
/// and JSON have no part in it.
enum ExchangeText {
  /// The rows of a list of lists, `[[1,"2.0"],[3,"4.0"]]`, as texts without quotes.
  static func rows(_ list: String) -> [[String]] {
    guard list.hasPrefix("[["), list.hasSuffix("]]") else { return [] }
    return list.dropFirst(2).dropLast(2).split(separator: "],[").map { row in
      row.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != "\"" } }
    }
  }

  /// The objects of a list of objects that hold no further ones.
  static func objects(_ list: String) -> [String] {
    guard list.hasPrefix("[{"), list.hasSuffix("}]") else { return [] }
    return list.dropFirst(2).dropLast(2).split(separator: "},{").map { "{\($0)}" }
  }

  /// The text of an object's member, a string's without its quotes; empty where there is none.
  static func member(_ name: String, of object: String) -> String {
    guard let place = object.firstRange(of: "\"\(name)\":") else { return "" }
    let rest = object[place.upperBound...]
    if rest.hasPrefix("\"") { return String(rest.dropFirst().prefix { $0 != "\"" }) }
    return String(rest.prefix { !",]}".contains($0) })
  }

  /// The names of an object's members, as they come.
  static func names(of object: String) -> [String] {
    object.split(separator: "\"", omittingEmptySubsequences: false).enumerated().compactMap { index, part in
      index % 2 == 1 && object[part.endIndex...].hasPrefix("\":") ? String(part) : nil
    }
  }

  /// The ISO 8601 text of milliseconds since 1970.
  static func time(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
    let fraction = milliseconds % 1000
    let digits = fraction == 0 ? "" : ".\(String(1000 + fraction).dropFirst())"
    return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self) + digits + "Z"
  }

  /// What a client reads of a row of `/fapi/v1/klines`.
  static func candle(_ row: [String], symbol: String, interval: String, isClosed: Bool = true) -> String {
    #"{"exchange":"binance","symbol":"\#(symbol)","timestamp":"\#(time(Int64(row[0]) ?? 0))","#
      + #""interval":"\#(interval)","open":\#(row[1]),"high":\#(row[2]),"low":\#(row[3]),"close":\#(row[4]),"#
      + #""volume":\#(row[5]),"quote_volume":\#(row[7]),"trades_count":\#(row[8]),"is_closed":\#(isClosed)}"#
  }

  /// The product of two decimals as one learns it at school, without trailing zeros of the fraction.
  static func product(_ left: String, _ right: String) -> String {
    func digits(_ text: String) -> [Int] { text.reversed().compactMap { $0.wholeNumberValue } }
    func places(_ text: String) -> Int {
      text.split(separator: ".").count == 2 ? text.split(separator: ".")[1].count : 0
    }
    let (a, b) = (digits(left), digits(right))
    var sum = [Int](repeating: 0, count: a.count + b.count)
    for (i, x) in a.enumerated() {
      for (j, y) in b.enumerated() {
        sum[i + j] += x * y
        var k = i + j
        while sum[k] > 9 {
          sum[k + 1] += sum[k] / 10
          sum[k] %= 10
          k += 1
        }
      }
    }
    let scale = places(left) + places(right)
    let text = sum.reversed().map(String.init)
    var whole = String(text.dropLast(scale).joined().drop { $0 == "0" })
    var fraction = text.suffix(scale).joined()
    while fraction.hasSuffix("0") { fraction.removeLast() }
    if whole.isEmpty { whole = "0" }
    return fraction.isEmpty ? whole : "\(whole).\(fraction)"
  }

  /// The sum of decimals of zero or more, column by column, without trailing zeros of the fraction.
  static func sum(_ numbers: [String]) -> String {
    let places = 40
    var columns = [Int](repeating: 0, count: places + 40)
    for number in numbers {
      let parts = number.split(separator: ".", omittingEmptySubsequences: false)
      for (index, digit) in parts[0].reversed().enumerated() { columns[places + index] += digit.wholeNumberValue ?? 0 }
      guard parts.count == 2 else { continue }
      for (index, digit) in parts[1].enumerated() { columns[places - 1 - index] += digit.wholeNumberValue ?? 0 }
    }
    for index in columns.indices.dropLast() {
      columns[index + 1] += columns[index] / 10
      columns[index] %= 10
    }
    let digits = columns.reversed().map(String.init).joined()
    let whole = digits.dropLast(places).drop { $0 == "0" }
    var fraction = String(digits.suffix(places))
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return (whole.isEmpty ? "0" : String(whole)) + (fraction.isEmpty ? "" : ".\(fraction)")
  }
}

extension String {
  /// The first place of a short text.
  fileprivate func firstRange(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
