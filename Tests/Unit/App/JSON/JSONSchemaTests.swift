import Testing
import Wire

@testable import PublicJSON

/// Expected texts are written by the rules of JSON Schema 2020-12.
@Suite struct JSONSchemaTests {
  private func text(_ schema: JSONSchema) -> String {
    var json = JSONWriter()
    schema.write(to: &json)
    return String(decoding: json.take(), as: UTF8.self)
  }

  @Test func aPlainValueNamesItsType() {
    #expect(text(.string) == #"{"type":"string"}"#)
    #expect(text(.time) == #"{"type":"string","format":"date-time"}"#)
    #expect(text(.number) == #"{"type":"number"}"#)
    #expect(text(.integer) == #"{"type":"integer"}"#)
    #expect(text(.boolean) == #"{"type":"boolean"}"#)
    #expect(text(.words(["buy", "sell"])) == #"{"type":"string","enum":["buy","sell"]}"#)
    #expect(text(.any) == "{}")
  }

  @Test func aNestedValueHoldsItsParts() {
    #expect(text(.array(.integer)) == #"{"type":"array","items":{"type":"integer"}}"#)
    #expect(text(.map(.boolean)) == #"{"type":"object","additionalProperties":{"type":"boolean"}}"#)
    #expect(text(.nullable(.number)) == #"{"anyOf":[{"type":"number"},{"type":"null"}]}"#)
    #expect(text(.either(.string, .integer)) == #"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#)
    #expect(text(.named("OHLC")) == ##"{"$ref":"#/components/schemas/OHLC"}"##)
  }

  @Test func anObjectSaysWhichMembersAreAlwaysThere() {
    let schema = JSONSchema.object([.init("a", .string, "first"), .init("b", .number, isRequired: false)])
    #expect(
      text(schema) == """
        {"type":"object","properties":{"a":{"type":"string","description":"first"},"b":{"type":"number"}},\
        "required":["a"]}
        """)
  }
}
