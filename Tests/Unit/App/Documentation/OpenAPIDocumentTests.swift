import Model
import PublicJSON
import Testing
import Wire

@testable import App

@Suite struct OpenAPIDocumentTests {
  private static let route = RouteDescription(
    "/{exchange}/klines/{symbol}", paths: ["/toy/klines/{symbol}", "/other/klines/{symbol}"], "rows",
    parameters: [
      .path("exchange", .words(["toy"]), "a name"), .symbol, .limit(default: 5, in: 1...50),
      .query("minimum", .amount(from: FixedDecimal(7)), default: "5000", "a value"),
      .query("window", .span, default: "1h", "a span"),
      .query("length", .interval, "a length"),
      .query("kind", .words(["a", "b"]), "a kind"),
      .required("frames", .list(["5m", "1h"]), "some"),
    ] + RouteParameter.bounds, answer: .json(.array(.named("OHLC"))),
    failures: [.unknownSymbol, .unsupported, .upstreamTimeout])

  private func document(_ routes: [RouteDescription] = [route]) throws -> JSONValue {
    try JSONValue(parsing: OpenAPIDocument.bytes(of: routes))
  }

  private func parameter(_ name: String, at path: String = "/toy/klines/{symbol}") throws -> JSONValue? {
    try document()["paths"]?[path]?["get"]?["parameters"]?.array?.first { $0["name"]?.string == name }
  }

  @Test func itSaysWhatItIs() throws {
    let document = try document()
    #expect(document["openapi"]?.string == "3.1.0")
    #expect(document["info"]?["version"]?.string == Version.text)
    #expect(document["components"]?["schemas"]?["OHLC"]?["type"]?.string == "object")
  }

  @Test func aRouteOfSeveralExchangesStandsAtThePathOfEach() throws {
    let paths = try document()["paths"]
    for path in Self.route.paths {
      #expect(paths?[path]?["get"]?["summary"]?.string == "rows")
      #expect(paths?[path]?["head"]?["summary"]?.string == "rows")
    }
    // What the path names itself is no parameter any more.
    #expect(try parameter("exchange") == nil)
    #expect(try parameter("symbol")?["required"]?.bool == true)
  }

  /// A pattern is a promise: what it lets through is accepted.
  @Test func thePatternOfASpanIsWhatIsAccepted() throws {
    let pattern = try Regex(try #require(try parameter("window")?["schema"]?["pattern"]?.string))
    let minutes = 1...1440, hours = 1...24
    for count in 0...1500 {
      #expect(("\(count)m".wholeMatch(of: pattern) != nil) == minutes.contains(count))
      #expect(("\(count)h".wholeMatch(of: pattern) != nil) == hours.contains(count))
    }
    for text in ["", "m", "05m", "1d", "1M", "5mm", " 5m"] { #expect(text.wholeMatch(of: pattern) == nil) }
  }

  @Test func thePatternOfAnIntervalIsWhatIsAccepted() throws {
    let pattern = try Regex(try #require(try parameter("length")?["schema"]?["pattern"]?.string))
    for text in ["1s", "1m", "15m", "4h", "1d", "3d", "1w", "1M", "999M", "0m", "1000m", "07m", "1x", "m", "", "1.5h"] {
      #expect((text.wholeMatch(of: pattern) != nil) == (Interval(text) != nil))
    }
  }

  @Test func aParameterHasItsLimitsAndItsDefault() throws {
    let limit = try parameter("limit")?["schema"]
    #expect(limit?["type"]?.string == "integer")
    #expect(limit?["minimum"]?.integer == 1 && limit?["maximum"]?.integer == 50 && limit?["default"]?.integer == 5)
    #expect(try parameter("limit")?["required"]?.bool == false)
    #expect(try parameter("minimum")?["schema"]?["minimum"]?.integer == 7)
    #expect(try parameter("minimum")?["schema"]?["maximum"]?.integer == 1_000_000_000_000_000)
    #expect(try parameter("minimum")?["schema"]?["default"]?.integer == 5000)
    #expect(try parameter("window")?["schema"]?["default"]?.string == "1h")
    #expect(try parameter("symbol")?["schema"]?["pattern"]?.string == "^[^\\u0000]*$")
    #expect(try parameter("kind")?["schema"]?["enum"]?.array?.compactMap(\.string) == ["a", "b"])
    #expect(try parameter("frames")?["schema"]?["pattern"]?.string == "^(5m|1h)(,(5m|1h))*$")
    #expect(try parameter("frames")?["required"]?.bool == true)
    #expect(try parameter("start_time")?["schema"]?["type"]?.string == "integer")
  }

  @Test func everyStatusIsThereOnceWithItsCodes() throws {
    let answers = try document()["paths"]?["/toy/klines/{symbol}"]?["get"]?["responses"]
    let schema = answers?["200"]?["content"]?["application/json"]?["schema"]
    #expect(schema?["items"]?["$ref"]?.string == "#/components/schemas/OHLC")
    #expect(answers?["404"]?["description"]?.string == "unknown_symbol, unsupported")
    #expect(answers?["504"]?["description"]?.string == "upstream_timeout")
    #expect(answers?["default"] != nil)
  }

  @Test func operationsHaveNamesOfTheirOwn() throws {
    let routes = [Self.route, RouteDescription("/", "root", answer: .json(.any))]
    let paths = try document(routes)["paths"]
    let names = ["/", "/toy/klines/{symbol}", "/other/klines/{symbol}"].flatMap { path in
      ["get", "head"].compactMap { paths?[path]?[$0]?["operationId"]?.string }
    }
    #expect(
      names == [
        "get_root", "head_root", "get_toy_klines_symbol", "head_toy_klines_symbol", "get_other_klines_symbol",
        "head_other_klines_symbol",
      ])
  }
}
