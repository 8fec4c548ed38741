import Testing

@testable import App

@Suite struct QuoteRequestTests {
  private func request(
    _ exchange: String? = "toy", _ symbols: [String]? = ["A"], _ contractType: String? = nil, _ limit: Int64? = nil
  ) throws(APIError) -> QuoteRequest {
    try QuoteRequest(
      exchange: exchange, symbols: symbols, contractType: contractType, limit: limit, limits: MultiplexLimits())
  }

  @Test func noContractTypeMeansPerpetual() throws {
    #expect(try request() == request("toy", ["A"], "perpetual"))
    #expect(try request() == request("toy", ["A"], "PERPETUAL"))
  }

  @Test(arguments: ["spot", "future", "", "swap"]) func anotherContractTypeIsNotOffered(word: String) {
    let error = #expect(throws: APIError.self) { try request("toy", ["A"], word) }
    #expect(error?.code == .unsupported)
    #expect(error?.detail == "contract_type '\(word)' is not offered; available: perpetual")
  }

  @Test func aLimitOfZeroIsNone() throws {
    #expect(try request("toy", ["A"], nil, 0).limit == nil)
    #expect(try request("toy", ["A"], nil, 0).statedLimit == 0)
    #expect(try request("toy", ["A"], nil, 5).limit == 5)
    #expect(throws: APIError.self) { try request("toy", ["A"], nil, -1) }
  }

  @Test func aSymbolNamedTwiceIsOne() throws {
    #expect(try request("toy", ["A", "B", "A"]).symbols == ["A", "B"])
  }

  @Test func exchangeAndSymbolsMustBeThere() {
    #expect(throws: APIError.self) { try request(nil) }
    #expect(throws: APIError.self) { try request("toy", nil) }
    #expect(throws: APIError.self) { try request("toy", []) }
  }
}
