import Contract
import Testing

/// Which templates are layouts: what a declaration gets wrong is found by its test, not by a frame.
@Suite struct FrameLayoutsTests {
  private static let fields =
    #""s":"<symbol>","p":"<price>","q":"<quantity>","m":<aggressor:false|true>,"i":<id>,"T":<time>"#

  private func malformed(_ layouts: FrameLayout...) -> Int { FrameLayouts(layouts).malformed }

  @Test func aTemplateWithAllItsFieldsIsALayout() {
    #expect(malformed(.trades("{\(Self.fields)}")) == 0)
    #expect(malformed(.trades("[<each>{\(Self.fields)}<more>]")) == 0)
    #expect(malformed(.trades(String(repeating: "x", count: 100) + "{\(Self.fields)}")) == 0)
  }

  @Test(arguments: [
    "", "{}", "{<symbol>", #"{"s":"<symbol>"}"#, "<unknown>" + fields, fields + "<", "<>" + fields, ">" + fields,
    fields + "<each>", fields + "<more>", fields + "<each><each><more>", fields + "<flag>", fields + "<flag:a>",
    fields + "<flag:a|b|c>", fields + "<flag:a|ab>", fields + "<text:a|b>", fields + "<contracts>", fields + "<textID>",
    fields + "<flag:ninebytes|b>",
  ])
  func anotherIsNone(template: String) {
    #expect(malformed(.trades(template)) == 1)
  }

  @Test func eachKindOfEventHasItsFields() {
    #expect(malformed(.liquidations("{\(Self.fields)}")) == 1)
    #expect(malformed(.candles("{\(Self.fields)}")) == 1)
    #expect(
      malformed(.liquidations(#"{"s":"<symbol>","S":"<liquidated:A|B>","p":"<price>","q":"<contracts>","T":<time>}"#))
        == 0)
    #expect(malformed(.trades("{}"), .trades("{\(Self.fields)}"), .candles("")) == 2)
  }
}
