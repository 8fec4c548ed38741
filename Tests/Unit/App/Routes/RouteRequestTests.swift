import Testing
import Wire

@testable import App

@Suite struct RouteRequestTests {
  @Test func aRedirectNamesThePlaceAndHasNoContent() {
    let response = HTTPResponse.redirect(to: "/there")
    #expect(response.status.code == 303 && response.headers["Location"] == "/there")
    guard case .none = response.body else {
      Issue.record("it has content")
      return
    }
  }

  @Test func aJSONAnswerSaysSo() {
    let response = HTTPResponse.json([1, 2])
    #expect(response.status == .ok)
    #expect(response.headers["Content-Type"] == "application/json")
    guard case .now(let answer) = RouteAnswer.json([3]), case .bytes([3]) = answer.body else {
      Issue.record("the body was lost")
      return
    }
  }
}
