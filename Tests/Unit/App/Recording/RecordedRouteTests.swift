import Testing

@testable import App

@Suite struct RecordedRouteTests {
  private func routes(weight: String) throws(RecordingError) -> [RecordedRoute] {
    var texts = RecordingFixture.otherTexts
    texts["recording.json"] = texts["recording.json"].map { text in
      let parts = text.split(separator: #""path": "/rates","#, maxSplits: 1)
      return parts[0] + #""path": "/rates", "weight": \#(weight),"# + parts[1]
    }
    return try Recording(RecordingFiles(texts: texts)).routes
  }

  private func weight(_ weight: String, limit: String) throws -> Int64 {
    let recording = try RecordingFixture.bundled.get()
    let klines = try #require(recording.routes.first { $0.path == "/fapi/v1/klines" })
    let values = ["symbol": "BTCUSDT", "interval": "1m", "limit": limit]
    let query = try RecordedQuery(klines.parameters, of: recording) { values[$0] }
    return try #require(try routes(weight: weight).first { $0.path == "/rates" }).weight(query)
  }

  @Test func oneWeightIsThatOfEveryRequest() throws {
    #expect(try weight("7", limit: "1") == 7)
    #expect(try weight("7", limit: "1500") == 7)
  }

  @Test func aWeightGoesUpToItsLimitAndTheLastOneBeyond() throws {
    let steps = "[[10, 1], [100, 4]]"
    #expect(try ["1", "10", "11", "100", "101"].map { try weight(steps, limit: $0) } == [1, 1, 4, 4, 4])
  }

  @Test func aRouteWithoutAWeightIsFree() throws {
    let recording = try RecordingFixture.other()
    let query = try RecordedQuery(recording.routes[2].parameters, of: recording) { _ in nil }
    #expect(recording.routes[2].weight(query) == 0)
  }

  @Test(arguments: [
    ("[[1]]", "recording.json: routes.2.weight.0: is no pair of a limit and a weight"),
    ("[[1, -1]]", "recording.json: routes.2.weight.0.1: is no whole number from 0 to 315360000000"),
    (#""much""#, "recording.json: routes.2.weight: is no list"),
  ])
  func aWeightThatIsNoneIsNamed(weight: String, fault: String) {
    let error = #expect(throws: RecordingError.self) { try routes(weight: weight) }
    #expect(error?.description == fault)
  }
}
