import Testing

@testable import Wire

@Suite struct RouteParametersTests {
  @Test func aValueIsReadAsAnotherType() {
    var parameters = RouteParameters()
    parameters.add("limit", "20")
    parameters.add("name", "x")
    #expect(parameters.get("limit", as: Int.self) == 20)
    #expect(parameters.get("limit", as: Double.self) == 20)
    #expect(parameters.get("name", as: String.self) == "x")
    #expect(parameters.get("name", as: Int.self) == nil)
    #expect(parameters.get("other", as: Int.self) == nil)
    #expect(parameters["other"] == nil)
  }

  @Test func parametersAreEqualWhenNamesAndValuesAre() {
    var left = RouteParameters()
    var right = RouteParameters()
    #expect(left == right)
    left.add("a", "1")
    #expect(left != right)
    right.add("a", "1")
    #expect(left == right)
    #expect(left.count == 1)
  }
}
