import Model
import Support
import Testing
import Wire

@testable import App

/// Every bundled recording but the first against payloads its exchange sent: same members in the same order, same kinds.
@Suite struct RecordedExchangesTests {
  /// 2026-11-25 10:17:23.456 UTC.
  static let now: Int64 = 1_795_601_843_456

  /// Each read once, as that takes longer than all that is asked of it.
  private static let recordings = ["bybit", "okx"].map { name in
    Result { try Recording(RecordingFiles(directory: Repository.root + "/Recordings/\(name)")) }
  }

  static func recording(_ name: String) throws -> Recording {
    try recordings[name == "bybit" ? 0 : 1].get()
  }

  private func shape(_ value: JSONValue) -> String {
    switch value {
    case .object(let members): "{" + members.map { "\($0.key):\(shape($0.value))" }.joined(separator: ",") + "}"
    case .array(let elements): "[" + (elements.first.map(shape) ?? "") + "]"
    case .string(let text): text.utf8.allSatisfy { $0 == 0x2E || (0x2D...0x39).contains($0) } ? "digits" : "text"
    case .number: "number"
    case .bool: "bool"
    case .null: "null"
    }
  }

  private func answer(_ name: String, _ path: String, _ query: [String: String]) throws -> JSONValue {
    let reply = try Self.recording(name).answer("GET", path, query: { query[$0] }, body: [], now: Self.now)
    #expect(reply.status == 200)
    return try JSONValue(parsing: reply.body)
  }

  static let bitcoin = ["symbol": "BTCUSDT", "limit": "2"]
  static let swap = ["instId": "BTC-USDT-SWAP", "limit": "2"]

  @Test(
    arguments: [
      ("/v5/market/kline", ["interval": "60"], "Bybit/rest/kline_linear_60_2026-08"),
      ("/v5/market/open-interest", ["intervalTime": "5min"], "Bybit/rest/open_interest_2026-08"),
      ("/v5/market/funding/history", [:], "Bybit/rest/funding_history_2026-08"),
    ] as [(String, [String: String], String)])
  func bybitAnswersHaveTheShapeOfRecordedOnes(path: String, query: [String: String], fixture: String) throws {
    let answer = try answer("bybit", path, Self.bitcoin.merging(query) { _, own in own })
    #expect(shape(answer) == shape(try JSONValue(parsing: try Fixture.text("\(fixture).json"))))
    let rows = try #require(answer["result"]?["list"]?.array)
    #expect(rows.count == 2)
  }

  @Test(
    arguments: [
      ("/api/v5/market/candles", ["bar": "1H"], "Okx/rest/candles_1H_swap_2026-08"),
      ("/api/v5/public/mark-price", [:], "Okx/rest/mark_price_nt"),
      ("/api/v5/public/funding-rate-history", [:], "Okx/rest/funding_rate_history_nt"),
    ] as [(String, [String: String], String)])
  func okxAnswersHaveTheShapeOfRecordedOnes(path: String, query: [String: String], fixture: String) throws {
    let answer = try answer("okx", path, Self.swap.merging(query) { _, own in own })
    #expect(shape(answer) == shape(try JSONValue(parsing: try Fixture.text("\(fixture).json"))))
  }

  @Test(arguments: [
    ("bybit", "kline.1.BTCUSDT", "Bybit/ws/kline_2024.jsonl", ""),
    ("bybit", "allLiquidation.BTCUSDT", "Bybit/ws/frames_2026-10-04.jsonl", ""),
    ("okx", "liquidation-orders:null", "Okx/ws/frames_2026-10-09_liq.jsonl", ""),
    ("okx", "candle1m:BTC-USDT-SWAP", "Okx/ws/public_nt.jsonl", ""),
    ("okx", "trades:BTC-USDT-SWAP", "Okx/ws/public_nt.jsonl", #""channel":"trades""#),
  ])
  func framesHaveTheShapeOfRecordedOnes(name: String, topic: String, fixture: String, marker: String) throws {
    let topic = try #require(try Self.recording(name).sockets.topics[topic])
    let frame = try #require(topic.frames(after: Self.now, through: Self.now + 331_000).first)
    let example = try #require(try Fixture.lines(fixture).first { marker.isEmpty || $0.contains(marker) })
    #expect(shape(try JSONValue(parsing: frame.bytes)) == shape(try JSONValue(parsing: example)))
  }

  @Test(arguments: ["bybit", "okx"]) func eachTopicIsOnAServerThatServesIt(name: String) throws {
    let sockets = try Self.recording(name).sockets
    for topic in sockets.topics.values {
      #expect(sockets.paths.contains { $0.serves(topic) }, "\(topic.name)")
    }
    #expect(sockets.topics.keys.allSatisfy { !$0.contains("5min") })
  }

  @Test func aPageIsTheNewestRowsFirst() throws {
    let list = try answer("bybit", "/v5/market/kline", Self.bitcoin.merging(["interval": "1"]) { $1 })["result"]?[
      "list"]
    let times = list?.array?.compactMap { $0[0]?.string.flatMap { Int64($0) } } ?? []
    #expect(times == [1_795_601_820_000, 1_795_601_760_000])
    let rows = try answer("okx", "/api/v5/market/candles", Self.swap.merging(["bar": "1m"]) { $1 })["data"]?.array ?? []
    #expect(rows.compactMap { $0[0]?.string } == ["1795601820000", "1795601760000"])
    #expect(rows.compactMap { $0[8]?.string } == ["0", "1"])
  }

  @Test func contractsAreAHundredthOfABitcoin() throws {
    let rows = try answer("okx", "/api/v5/market/candles", Self.swap.merging(["bar": "1m"]) { $1 })["data"]?.array ?? []
    for row in rows {
      let (contracts, base) = (row[5]?.string ?? "", row[6]?.string ?? "")
      let product = FixedDecimal(base)?.multiplied(by: FixedDecimal(100))
      #expect(product != nil && FixedDecimal(contracts) == product, "\(contracts) \(base)")
    }
    #expect(rows.count == 2)
  }
}
