import Testing
import Wire

@Suite struct HTTPQueryTests {
  /// The expected items are those of Python's `urllib.parse.parse_qsl(text, keep_blank_values=True)`.
  @Test(arguments: [
    ("", []), ("a=1&b=2", [["a", "1"], ["b", "2"]]), ("a", [["a", ""]]), ("a=", [["a", ""]]), ("=a", [["", "a"]]),
    ("a=b=c", [["a", "b=c"]]), ("&&a=1&", [["a", "1"]]), ("a+b=c+d", [["a b", "c d"]]),
    ("a%20b=%C3%A9%26", [["a b", "é&"]]), ("a=%2B", [["a", "+"]]), ("a=1&a=2", [["a", "1"], ["a", "2"]]),
    ("a=%2541", [["a", "%41"]]), ("timeframes=5m,15m", [["timeframes", "5m,15m"]]),
  ])
  func itemsAreCutThenDecodedOnce(text: String, items: [[String]]) throws {
    let query = try #require(HTTPQuery(parsing: text))
    #expect(query.items.map { [$0.name, $0.value] } == items)
  }

  @Test(arguments: ["a=%", "a=%4", "a=%4g", "%zz=1", "a=%00", "a=%FF", "a=%C3", "b=1&a=%ED%A0%80"])
  func malformedPercentEncodingIsNone(text: String) {
    #expect(HTTPQuery(parsing: text) == nil)
  }

  /// As Starlette's `QueryParams`, which the reference gateway reads.
  @Test func theLastValueOfANameCounts() {
    let query = HTTPQuery(parsing: "a=1&b=2&a=3")
    #expect(query?["a"] == "3")
    #expect(query?["b"] == "2")
    #expect(query?["c"] == nil)
  }

  @Test func namesAreComparedWithTheirCase() {
    #expect(HTTPQuery(parsing: "startTime=1")?["starttime"] == nil)
  }

  @Test func queriesAreEqualWhenTheirItemsAre() {
    #expect(HTTPQuery() == HTTPQuery(parsing: ""))
    #expect(HTTPQuery(parsing: "a=%41") == HTTPQuery(parsing: "a=A"))
    #expect(HTTPQuery(parsing: "a=1&b=2") != HTTPQuery(parsing: "b=2&a=1"))
  }
}
