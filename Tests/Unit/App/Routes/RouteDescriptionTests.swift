import PublicJSON
import Testing
import Wire

@testable import App

@Suite struct RouteDescriptionTests {
  @Test func whatIsInTheTableIsInTheRouterAndInTheDocument() {
    var table = RouteTable()
    table.add(RouteDescription("/{exchange}/rows", paths: ["/toy/rows"], "rows", answer: .json(.any))) { _ in .json([])
    }
    table.addPart("/page.css") { _ in .json([]) }
    #expect(table.descriptions.map(\.paths) == [["/toy/rows"]])
    guard case .found(_, let parameters) = table.router.match(.head, path: "/toy/rows") else {
      Issue.record("the route is not found")
      return
    }
    #expect(parameters["exchange"] == "toy")
    guard case .found = table.router.match(.get, path: "/page.css") else {
      Issue.record("the part is not found")
      return
    }
  }

  @Test func aRouteIsDocumentedAtItsPatternUnlessItSaysOtherwise() {
    #expect(RouteDescription("/health", "state", answer: .json(.any)).paths == ["/health"])
  }
}
