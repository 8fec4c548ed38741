import Testing

@testable import Wire

@Suite struct AcceptedMediaTypesTests {
  private func weight(_ value: String?, _ type: String, _ subtype: String) -> Int {
    AcceptedMediaTypes(HTTPHeaders(value.map { [("Accept", $0)] } ?? [])).weight(of: type, subtype)
  }

  @Test func whoDoesNotSayTakesEverything() {
    #expect(weight(nil, "text", "plain") == 1000)
    #expect(weight("", "text", "plain") == 0)
  }

  /// The second example of RFC 9110 section 12.5.1, without the types of which there are several forms.
  @Test(arguments: [
    ("text", "html", 700), ("text", "plain", 300), ("image", "jpeg", 500), ("application", "json", 500),
  ])
  func theMostSpecificRangeCounts(type: String, subtype: String, expected: Int) {
    #expect(weight("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", type, subtype) == expected)
  }

  @Test(arguments: [
    ("*/*", 1000), ("text/*", 1000), ("TEXT/Plain", 1000), ("text/plain;q=0", 0),
    ("text/plain;version=0.0.4;q=0.4", 400),
    ("text/plain ; Q=0.25", 250), ("text/html", 0), ("text/plain;q=2", 0), ("text", 0), ("text/", 0), ("/plain", 0),
    ("text/plain/x", 0), ("text/plain;q=0.1, text/plain;version=1;q=0.6", 600), ("te xt/plain", 0), ("*/plain", 0),
    ("text/html, text/plain;q=0.5", 500), (",,text/plain", 1000),
  ])
  func rangesAreReadByTheGrammar(value: String, expected: Int) {
    #expect(weight(value, "text", "plain") == expected)
  }

  @Test func aBrowserLikesAPageAndAProgramJSON() {
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    #expect(weight(browser, "text", "html") == 1000)
    #expect(weight(browser, "application", "json") == 800)
    let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
    #expect(weight(prometheus, "text", "plain") == 300)
    #expect(weight(prometheus, "application", "json") == 100)
  }

  @Test func noMoreRangesAreReadThanTheLimit() {
    let many = Array(repeating: "a/b", count: AcceptedMediaTypes.maxRanges).joined(separator: ",")
    #expect(weight(many + ",text/plain", "text", "plain") == 0)
    #expect(weight("text/plain," + many, "text", "plain") == 1000)
  }
}
