import Contract
import Model
import Testing
import Wire

@Suite struct JSONWriterModelTests {
  private func written(_ body: (inout JSONWriter) throws -> Void) rethrows -> String {
    var writer = JSONWriter()
    try body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(arguments: ["0", "0.00", "101621.70", "-0.0025", "12345678901234567890123456789012345678", "0.00000001"])
  func aDecimalIsANumberWithItsDigits(digits: String) throws {
    let value = try #require(FixedDecimal(digits))
    #expect(written { $0.decimal(value) } == digits)
    #expect(written { $0.decimal(value as FixedDecimal?) } == digits)
  }

  @Test func noDecimalIsNull() {
    #expect(written { $0.decimal(nil) } == "null")
  }

  @Test(arguments: [
    (0, #""1970-01-01T00:00:00Z""#), (1_626_992_741_012, #""2021-07-22T22:25:41.012Z""#),
    (1_609_459_199_999, #""2020-12-31T23:59:59.999Z""#),
  ])
  func anInstantIsISO8601InAString(milliseconds: Int64, text: String) throws {
    let instant = try #require(Timestamp(milliseconds: milliseconds))
    #expect(written { $0.timestamp(instant) } == text)
  }

  @Test(arguments: ["1m", "15m", "999s", "12h", "1d", "3w", "1M"])
  func anIntervalIsItsTextInAString(text: String) throws {
    let interval = try #require(Interval(text))
    #expect(written { $0.interval(interval) } == "\"\(text)\"")
  }

  @Test func commasStandAroundThem() throws {
    let text = try written { writer in
      writer.beginObject()
      writer.key("timestamp")
      writer.timestamp(.epoch)
      writer.key("price")
      writer.decimal(try #require(FixedDecimal("1.50")))
      writer.key("value")
      writer.decimal(nil)
      writer.endObject()
    }
    #expect(text == #"{"timestamp":"1970-01-01T00:00:00Z","price":1.50,"value":null}"#)
  }

  @Test func anObjectIsTheTextOfAMessage() {
    #expect(JSONWriter.object { _ in } == "{}")
    let text = JSONWriter.object { json in
      json.member("op", "subscribe")
      json.member("args", ["a\"b", "c"])
      json.member("none", [String]())
      json.member("id", 7)
    }
    #expect(text == #"{"op":"subscribe","args":["a\"b","c"],"none":[],"id":7}"#)
  }
}
