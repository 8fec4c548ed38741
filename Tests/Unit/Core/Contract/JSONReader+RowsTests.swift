import Contract
import Model
import Testing
import Wire

@Suite struct JSONReaderRowsTests {
  func read<Answer>(_ text: String, _ body: (inout JSONReader) throws -> Answer) throws -> Answer {
    try Array(text.utf8).withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      return try body(&reader)
    }
  }

  @Test func columnsAreReadInTheirOrder() throws {
    try read(#"[5,"1.50",7,2.0]"#) { (reader: inout JSONReader) throws in
      try reader.beginArray()
      #expect(try reader.timeColumn().milliseconds == 5)
      #expect(try reader.decimalColumn().description == "1.50")
      #expect(try reader.integerColumn() == 7)
      #expect(try reader.decimalColumn().description == "2.0")
      #expect(throws: JSONError.self) { try reader.decimalColumn() }
    }
  }

  func readNumbers(_ text: String) throws -> [Int64] {
    try read(text) { try $0.readArray { (reader) throws(JSONError) in try reader.readInt64() } }
  }

  @Test func anArrayIsReadElementByElement() throws {
    #expect(try readNumbers("[1,2,3]") == [1, 2, 3])
    #expect(try readNumbers("[]") == [])
    for text in ["[1,", "{}", "[\"1\"]"] { #expect(throws: JSONError.self) { try readNumbers(text) } }
  }

  @Test func whatIsRequiredIsNamedWhenItIsMissing() throws {
    try read("1") { (reader: inout JSONReader) throws in
      #expect(try reader.require(Int?.some(3), "price") == 3)
      #expect { try reader.require(Int?.none, "price") } throws: {
        ($0 as? JSONError)?.reason.contains("price") == true
      }
    }
  }

  @Test func theTextOfAMemberIsSeenAheadWhereverItStands() throws {
    for text in [#"{"e":"kind","a":1}"#, #"{"a":{"e":"inner"},"e":"kind"}"#, #"{"b":[1],"\u0065":"kind","e":"later"}"#]
    {
      try read(text) { (reader: inout JSONReader) throws in
        #expect(try reader.textAhead(of: "e")?.string == "kind")
        #expect(reader.offset == 0)
        try reader.skipValue()
        try reader.expectEnd()
      }
    }
    #expect(try read(#"{"a":"e"}"#) { try $0.textAhead(of: "e") == nil })
    for text in ["[]", #"{"e":1}"#, #"{"a":1"#, ""] {
      #expect(throws: JSONError.self) { try read(text) { _ = try $0.textAhead(of: "e") } }
    }
  }

  @Test func anIntervalIsOneOfText() throws {
    let month = try read(#""1M""#) { try $0.readInterval() }
    #expect(month.description == "1M")
    for text in [#""1x""#, #""""#, "1", "null"] {
      #expect(throws: JSONError.self) { try read(text) { try $0.readInterval() } }
    }
  }

  @Test func aSymbolIsFoundPlainAndEscaped() throws {
    let instrument = Instrument(
      exchange: ExchangeID("toy"), symbol: "币USDT", base: "币", quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: nil)
    let catalog = InstrumentCatalog([instrument])
    func find(_ text: String) throws -> Instrument? { try read(text) { catalog.find(try $0.readText()) } }
    #expect(try find(#""币USDT""#) === instrument)
    #expect(try find(#""\u5e01USDT""#) === instrument)
    #expect(try find(#""币usdt""#) == nil)
  }
}
