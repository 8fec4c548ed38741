import Testing
import Wire

@Suite struct HTTPHeadersTests {
  @Test func namesAreFoundInAnyCaseAndTheFirstValueCounts() {
    let headers = HTTPHeaders([("Accept", "a"), ("X", "b"), ("ACCEPT", "c")])
    #expect(headers["accept"] == "a")
    #expect(headers.values("aCCept") == ["a", "c"])
    #expect(headers.contains("x"))
    #expect(headers["Y"] == nil && !headers.contains("Y") && headers.values("Y").isEmpty)
  }

  @Test func settingReplacesAllValuesInTheFirstOnesPlace() {
    var headers = HTTPHeaders([("A", "1"), ("B", "2"), ("a", "3")])
    headers["a"] = "4"
    #expect(headers.fields.map(\.name) == ["a", "B"])
    #expect(headers.fields.map(\.value) == ["4", "2"])
    headers["C"] = "5"
    #expect(headers.fields.map(\.name) == ["a", "B", "C"])
    headers["A"] = nil
    #expect(headers.fields.map(\.name) == ["B", "C"])
    headers["Z"] = nil
    #expect(headers.fields.count == 2)
  }

  @Test func addingKeepsWhatIsThere() {
    var headers = HTTPHeaders()
    headers.add("Vary", "Origin")
    headers.add("Vary", "Accept")
    #expect(headers.values("Vary") == ["Origin", "Accept"])
  }

  /// RFC 9110 §5.6.1.2: empty elements are ignored.
  @Test func listsOfSeveralFieldsAreOneList() {
    let headers = HTTPHeaders([("Connection", " keep-alive , ,Upgrade\t"), ("connection", ""), ("Connection", "close")])
    #expect(headers.listElements("Connection") == ["keep-alive", "Upgrade", "close"])
  }

  @Test(arguments: [
    ("close", true), ("foo, Close", true), ("foo,close ,bar", true), ("closed", false), ("clos e", false), ("", false),
  ])
  func aTokenIsFoundInAnyCaseAndWhole(value: String, isThere: Bool) {
    #expect(HTTPHeaders([("Connection", value)]).hasToken("close", in: "connection") == isThere)
  }

  @Test func aTokenOfAnotherFieldDoesNotCount() {
    #expect(!HTTPHeaders([("X", "close")]).hasToken("close", in: "Connection"))
  }

  @Test func equalityIgnoresTheCaseOfNamesOnly() {
    #expect(HTTPHeaders([("A", "b")]) == HTTPHeaders([("a", "b")]))
    #expect(HTTPHeaders([("A", "b")]) != HTTPHeaders([("A", "B")]))
    #expect(HTTPHeaders([("A", "b")]) != HTTPHeaders([("A", "b"), ("C", "d")]))
    #expect(HTTPHeaders([("A", "b"), ("C", "d")]) != HTTPHeaders([("C", "d"), ("A", "b")]))
  }
}
