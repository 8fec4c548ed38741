import Contract
import Testing

@Suite struct UpstreamRequestQueryTests {
  @Test func parametersWithoutAValueAreLeftOut() {
    #expect(UpstreamRequest(get: "/a", [:], weight: 1).target == "/a")
    #expect(UpstreamRequest(get: "/a", ["b": nil, "c": "1", "d": nil, "e": "2"], weight: 1).target == "/a?c=1&e=2")
  }

  @Test func theOrderIsTheOneGiven() {
    #expect(UpstreamRequest(get: "/a", ["z": "1", "a": "2"], weight: 1).target == "/a?z=1&a=2")
  }

  @Test func valuesArePercentEncoded() {
    // Python: urllib.parse.quote(text, safe='')
    let expected = [
      ("AZaz09-._~", "AZaz09-._~"), ("币", "%E5%B8%81"), ("a b&c=d/?#%+", "a%20b%26c%3Dd%2F%3F%23%25%2B"), ("", ""),
    ]
    for (text, encoded) in expected { #expect(UpstreamRequest.percentEncoded(text) == encoded) }
  }

  @Test func weightAndBudgetAreKept() {
    let budget = RequestBudget(name: "own", weightPerWindow: 5, windowMilliseconds: 1000)
    let request = UpstreamRequest(get: "/a", [:], weight: 3, budget: budget)
    #expect(request.weight == 3 && request.budget == budget && request.method == .get)
  }
}
