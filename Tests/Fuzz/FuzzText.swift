import Model
import Wire

/// Laws of the small texts that come from strangers: decimals, intervals, dates, queries, percent-encoding. What is read
/// prints and reads back as the same, and arithmetic is exact where it gives a result at all.
///
/// The first byte says where the first of two texts ends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzText(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let bytes = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  let cut = min(Int(start[0]), bytes.count)
  if let left = decimal(bytes[..<cut]) {
    checkAlone(left)
    if let right = decimal(bytes[cut...]) { checkTogether(left, right) }
  }
  if let text = String(validating: bytes, as: UTF8.self) { check(text) }
  return 0
}

private func decimal(_ bytes: Slice<UnsafeRawBufferPointer>) -> FixedDecimal? {
  FixedDecimal(utf8: UnsafeRawBufferPointer(rebasing: bytes))
}

private func checkAlone(_ number: FixedDecimal) {
  let text = number.description
  precondition(text.utf8.count <= FixedDecimal.maxTextLength, "a number longer than its limit")
  guard let again = FixedDecimal(text) else { preconditionFailure("our own number is refused") }
  precondition(again.mantissa == number.mantissa && again.scale == number.scale, "digits changed on the way")
  precondition(number.trimmed == number && number.trimmed.hashValue == number.hashValue, "zeros change the value")
  precondition(number.negated.negated == number, "a sign was lost")
  if let half = number.half { precondition(half.adding(half) == number, "two halves are not the whole") }
}

private func checkTogether(_ left: FixedDecimal, _ right: FixedDecimal) {
  precondition([left < right, left == right, right < left].count { $0 } == 1, "no order")
  precondition(left.multiplied(by: right) == right.multiplied(by: left), "the product has a side")
  precondition(left.adding(right) == right.adding(left), "the sum has a side")
  if let sum = left.adding(right), let back = sum.adding(right.negated) {
    precondition(back == left, "a sum is not exact")
  }
  _ = left.divided(by: right)
}

private func check(_ text: String) {
  if let interval = Interval(text) { precondition(Interval(interval.description) == interval, "an interval changed") }
  if let seconds = HTTPDate.secondsSince1970(text) {
    precondition(
      seconds >= 0 && HTTPDate.text(secondsSince1970: seconds).utf8.count == 29, "a date beyond the calendar")
  }
  if let decoded = PercentEncoding.decode(text) {
    precondition(decoded.utf8.count <= text.utf8.count && !decoded.utf8.contains(0), "decoding made bytes")
  }
  if let query = HTTPQuery(parsing: text) {
    precondition(query.items.count <= text.utf8.count, "items out of nothing")
    for item in query.items { precondition(query[item.name] != nil, "an item that cannot be found") }
  }
}
