import Testing
import Wire

@testable import App

@Suite struct ShownTextTests {
  @Test(arguments: [
    (#"101621.70"#, "101621.70"), (#"1e400"#, "1e400"), (#"0.00010000"#, "0.00010000"), ("null", "-"), ("true", "yes"),
    ("false", "no"), (#""a\u001b[2J""#, "a\u{FFFD}[2J"), (#""2026-10-01T12:00:00Z""#, "2026-10-01 12:00:00"),
    (#""2026-10-01T12:00:00.123456Z""#, "2026-10-01 12:00:00.123456"),
  ])
  func digitsStayAndNothingElseSpeaksToTheTerminal(json: String, text: String) throws {
    #expect(ShownText.scalar(try JSONValue(parsing: json)) == text)
  }

  @Test(arguments: ["[]", "{}"]) func whatIsNestedHasNoText(json: String) throws {
    #expect(ShownText.scalar(try JSONValue(parsing: json)) == nil)
  }

  @Test func timesOfATapeStandBelowEachOther() {
    #expect(ShownText.clock("2026-10-01T12:00:00Z") == "12:00:00.000")
    #expect(ShownText.clock("2026-10-01T12:00:00.123Z") == "12:00:00.123")
    #expect(ShownText.opening("2026-10-01T12:00:00Z") == "10-01 12:00")
    #expect(ShownText.opening("2026-10-01T12:00:01Z") == "10-01 12:00:01")
  }

  @Test(arguments: [
    "", "2026-10-01", "2026-10-01 12:00:00Z", "2026-10-01T12:00:00+01:00", "abcd-ef-ghTij:kl:mnZ\u{1B}Z",
    "1234567890123456789Z",
  ])
  func otherTextsAreNoTimes(text: String) {
    #expect(ShownText.time(text) == nil)
  }

  @Test func secondsGoWhereNoRowHasAny() {
    #expect(ShownText.withoutSeconds(["2026-10-01 12:00:00", "-"]) == ["2026-10-01 12:00", "-"])
    #expect(ShownText.withoutSeconds(["2026-10-01 12:00:00", "2026-10-01 12:00:01"]).last == "2026-10-01 12:00:01")
    #expect(ShownText.withoutSeconds(["-"]) == ["-"])
    #expect(ShownText.withoutSeconds(["01:00"]) == ["01:00"])
  }

  @Test func sidesAreColoured() {
    #expect(ShownText.tint("side", .string("buy")) == .green)
    #expect(ShownText.tint("side", .string("sell")) == .red)
    #expect(ShownText.tint("healthy", .bool(false)) == .red)
    #expect(ShownText.tint("price", .number("1")) == nil)
  }
}
