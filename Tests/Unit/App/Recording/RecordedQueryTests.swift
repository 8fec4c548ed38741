import Model
import Testing

@testable import App

@Suite struct RecordedQueryTests {
  private func query(_ path: String, _ values: [String: String]) throws -> Result<RecordedQuery, RecordedRefusal> {
    let recording = try RecordingFixture.bundled.get()
    let route = try #require(recording.routes.first { $0.path == path })
    return Result { () throws(RecordedRefusal) in
      try RecordedQuery(route.parameters, of: recording) { values[$0] }
    }
  }

  private func fault(_ path: String, _ values: [String: String]) throws -> String? {
    guard case .failure(let refusal) = try query(path, values) else { return nil }
    return refusal.parameter
  }

  @Test func parametersAreUnderstoodByTheirMeaning() throws {
    let query = try query(
      "/fapi/v1/klines",
      ["symbol": "CTKUSDT", "interval": "1M", "startTime": "5", "endTime": "7", "limit": "9"]
    ).get()
    #expect(query.instrument?.symbol == "CTKUSDT")
    #expect(query.interval?.name == "1M")
    #expect(query.interval?.length.description == "1M")
    #expect((query.range.start, query.range.end, query.range.limit) == (5, 7, 9))
  }

  @Test func aBoundMayItselfLieOutside() throws {
    var texts = RecordingFixture.otherTexts
    let json = try #require(texts["recording.json"])
    texts["recording.json"] = json.replacing(
      #""start": {"name": "req.from","#,
      with:
        #""end": {"name": "req.to", "exclusive": true, "invalid": "bad"}, "start": {"name": "req.from", "exclusive": true,"#
    )
    let recording = try Recording(RecordingFiles(texts: texts))
    let values = ["req.coin": "A", "req.interval": "60", "req.from": "60000", "req.to": "180000"]
    let query = try RecordedQuery(recording.routes[0].parameters, of: recording) { values[$0] }
    #expect((query.range.start, query.range.end) == (60_001, 179_999))
  }

  @Test func whatNeedNotBeSentHasADefault() throws {
    let query = try query("/fapi/v1/fundingRate", [:]).get()
    #expect(query.instrument == nil)
    #expect(query.interval == nil)
    #expect((query.range.start, query.range.end, query.range.limit) == (nil, nil, 100))
    #expect(try self.query("/fapi/v1/ping", [:]).get().range.limit == 500)
  }

  @Test func anEmptyParameterCountsAsNone() throws {
    #expect(try fault("/fapi/v1/klines", ["symbol": "", "interval": "1m"]) == "symbol")
    #expect(
      try query("/fapi/v1/klines", ["symbol": "BTCUSDT", "interval": "1m", "limit": ""]).get().range.limit == 500)
  }

  @Test(arguments: [
    ("limit", "0"), ("limit", "-1"), ("limit", "1501"), ("limit", "1.0"), ("limit", "abc"),
    ("limit", "99999999999999999999"), ("startTime", "-1"), ("startTime", "x"), ("endTime", "253402300800000"),
    ("interval", "1M "), ("interval", "1s"), ("symbol", "ETHUSDT"),
  ])
  func aWrongValueIsRefusedByItsName(name: String, value: String) throws {
    var values = ["symbol": "BTCUSDT", "interval": "1m"]
    values[name] = value
    #expect(try fault("/fapi/v1/klines", values) == name)
  }

  @Test(arguments: [("limit", "1"), ("limit", "1500"), ("startTime", "0"), ("endTime", "253402300799999")])
  func theEndsOfARangeAreInIt(name: String, value: String) throws {
    #expect(try fault("/fapi/v1/klines", ["symbol": "BTCUSDT", "interval": "1m", name: value]) == nil)
  }
}
