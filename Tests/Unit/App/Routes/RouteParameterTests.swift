import Testing

@testable import App

@Suite struct RouteParameterTests {
  @Test func aPartOfThePathMustBeThereAndAParameterOfTheQueryNeedNot() {
    #expect(RouteParameter.symbol.isRequired && RouteParameter.symbol.place == .path)
    #expect(!RouteParameter.query("quote", .text, "").isRequired)
    #expect(RouteParameter.required("id", .text, "").isRequired)
    #expect(RouteParameter.required("id", .text, "").place == .query)
  }

  @Test func aLimitSaysItsDefaultAsAClientWouldWriteIt() {
    let limit = RouteParameter.limit(default: 500, in: 1...1500)
    #expect(limit.name == "limit" && limit.standard == "500")
    guard case .integer(1...1500) = limit.form else {
      Issue.record("not the range")
      return
    }
  }

  @Test func theBoundsOfARangeAreTwo() {
    #expect(RouteParameter.bounds.map(\.name) == ["start_time", "end_time"])
  }
}
