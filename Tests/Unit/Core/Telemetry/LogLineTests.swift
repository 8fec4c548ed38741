import Testing

@testable import Telemetry

@Suite struct LogLineTests {
  private func line(_ format: LogFormat, _ fields: Logger.Metadata, microseconds: Int64 = 0) -> String {
    var line = LogLine(format)
    line.begin(microseconds: microseconds, level: .info, label: "x", message: "m")
    for (key, value) in fields { line.add(key, value) }
    return String(decoding: line.finish(), as: UTF8.self)
  }

  private func textValue(_ value: String) -> String {
    String(line(.text, ["k": value]).dropFirst("1970-01-01T00:00:00.000Z INFO x: m k=".count).dropLast())
  }

  @Test(arguments: ["binance", "BTCUSDT", "1.50", "127.0.0.1:8000", "wss://fstream.binance.com/public", "[redacted]"])
  func aWordStandsBare(value: String) {
    #expect(textValue(value) == value)
  }

  @Test(arguments: [
    ("", #""""#), ("two words", #""two words""#), ("a=b", #""a=b""#), ("a\"b", #""a\"b""#), (#"a\b"#, #""a\\b""#),
    ("é", "\"é\""),
  ])
  func whatCouldBeTakenForMoreThanOneFieldIsQuoted(value: String, expected: String) {
    #expect(textValue(value) == expected)
  }

  @Test(arguments: LogFormat.allCases)
  func noValueEndsTheLineOrReachesTheTerminalAsControl(format: LogFormat) {
    let hostile = [
      "a\nlevel=ERROR forged", "a\r\nb", "\u{1B}[31mred", "\u{0}", "\u{7F}", "\u{9B}2J", "\u{2028}", "\u{202E}evil",
      "\u{2066}", "\u{FEFF}",
    ]
    for value in hostile {
      let text = line(format, ["k": value])
      let controls = text.unicodeScalars.dropLast().filter { scalar in
        scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
          || scalar.properties.generalCategory == .lineSeparator
      }
      #expect(controls.isEmpty, "\(text.debugDescription)")
      #expect(text.last == "\n")
    }
  }

  /// RFC 8259 §7: quotation mark, reverse solidus and U+0000…U+001F must be escaped.
  @Test func escapesAreThoseOfJSON() {
    let text = line(.json, ["k": "q\" b\\ n\n r\r t\t e\u{1B} d\u{7F} ok"])
    #expect(text.contains(#""k":"q\" b\\ n\n r\r t\t e\u001b d\u007f ok""#))
  }

  @Test func numbersAndTruthValuesAreBareInJSON() {
    let text = line(.json, ["a": 1, "b": UInt8(2), "c": false, "d": "3", "e": -4])
    #expect(text.contains(#""a":1,"b":2,"c":false,"d":"3","e":-4}"#))
  }

  @Test func aFieldNamedLikeOneOfTheLinesOwnIsTurnedAside() {
    let text = line(.json, ["level": "x", "time": 1, "message": "y"])
    #expect(text.hasSuffix(#""level_":"x","time_":1,"message_":"y"}"# + "\n"))
  }

  @Test(arguments: LogFormat.allCases)
  func aLongValueIsCutAtItsLimit(format: LogFormat) {
    let text = line(format, ["k": String(repeating: "a", count: LogLine.maxValueBytes + 1)])
    #expect(text.contains(String(repeating: "a", count: LogLine.maxValueBytes) + "…"))
    #expect(!text.contains(String(repeating: "a", count: LogLine.maxValueBytes + 1)))
    let whole = line(format, ["k": String(repeating: "a", count: LogLine.maxValueBytes)])
    #expect(!whole.contains("…"))
  }

  @Test(arguments: LogFormat.allCases)
  func aLongLineLosesFieldsAndSaysSo(format: LogFormat) {
    let long = String(repeating: "\u{1}", count: 200)
    let text = line(format, ["a": long, "b": long, "c": long, "d": long, "e": 1])
    #expect(text.utf8.count <= LogLine.maxBytes)
    #expect(text.hasSuffix(format == .text ? " e=1 truncated=true\n" : ",\"e\":1,\"truncated\":true}\n"))
    #expect(!line(format, ["a": long]).contains("truncated"))
  }

  @Test(arguments: [
    // date -u -d @951782400 +%FT%T
    (951_782_400_000_000, "2000-02-29T00:00:00.000Z"), (1_735_689_599_999_999, "2024-12-31T23:59:59.999Z"),
    (1_735_689_600_007_000, "2025-01-01T00:00:00.007Z"),
  ])
  func timeIsUTCWithMilliseconds(microseconds: Int64, expected: String) {
    #expect(line(.text, [:], microseconds: microseconds).hasPrefix(expected + " INFO"))
  }
}
