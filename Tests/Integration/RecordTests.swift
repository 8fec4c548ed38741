import Exchanges
import Model
import Net
import Support
import Testing
import Wire

@testable import App

/// `marketgate record` against the recorded exchange.
@Suite(.serialized, .timeLimit(.minutes(1))) struct RecordTests {
  private static func configuration(_ stage: Stage) -> Configuration {
    Stage.configuration([
      "BINANCE_BASE_URL": stage.exchangeAddress, "BINANCE_WS_URL": "ws" + stage.exchangeAddress.dropFirst(4),
      "EXCHANGES": "binance", "LOG_LEVEL": "ERROR",
    ])
  }

  private static func value(_ line: String) throws -> JSONValue {
    try Array(line.utf8).withUnsafeBytes { try JSONValue(parsing: $0) }
  }

  /// The frames of a file of a connection.
  private static func frames(_ lines: [String]) throws -> [String] {
    try lines.map(value).filter { $0["event"]?.string == "in" }.compactMap { $0["text"]?.string }
  }

  @Test func everyFrameIsByteForByteWhatTheExchangeSent() async throws {
    try await Stage.play { stage in
      // Another client of the same topics gets the same bytes.
      let witness = StreamProbe(
        "ws" + stage.exchangeAddress.dropFirst(4) + "/market/stream?streams=btcusdt@aggTrade/btcusdt@kline_1m",
        loop: stage.loop, options: WebSocketClientOptions(proxy: ""))
      let first = try await witness.nextText()
      #expect(first != nil)
      let place = TemporaryFolder()
      var tuning = Tuning()
      tuning.proxy = ""
      var wish = Capture.Wish(symbols: ["BTCUSDT"], channels: [.ohlc, .trades])
      wish.limits.fileBytes = 20_000
      let capture = try Capture(
        place.path, wish, configuration: Self.configuration(stage), exchanges: Registry.exchanges, tuning: tuning)
      async let running = capture.run()
      var seen = first.map { [$0] } ?? []
      while place.names("binance").filter({ $0.hasPrefix("market-1-") }).count < 3,
        let text = try await witness.nextText()
      {
        seen.append(text)
      }
      capture.stop()
      let summary = await running
      #expect(summary.end == .asked)
      let parts = place.names("binance").filter { $0.hasPrefix("market-1-") }.count
      let recorded = try (1...parts).flatMap { try Self.frames(place.lines("binance/market-1-\($0).jsonl")) }
      #expect(Int64(recorded.count) == summary.totals.frames)
      // The answer to our own subscribe message is the recorder's alone.
      let data = recorded.filter { $0.hasPrefix(#"{"stream":"#) }
      #expect(recorded.count - data.count == 1)
      #expect(data.count > 20)
      while let last = data.last, seen.last != last, !seen.contains(last), let text = try await witness.nextText() {
        seen.append(text)
      }
      let start = try #require(seen.firstIndex { $0 == data.first })
      #expect(Array(seen[start...].prefix(data.count)) == data)
      witness.close()
    }
  }

  @Test func everyReplyIsByteForByteWhatTheExchangeSaid() async throws {
    try await Stage.play { stage in
      let place = TemporaryFolder()
      var tuning = Tuning()
      tuning.proxy = ""
      let capture = try Capture(
        place.path, Capture.Wish(symbols: ["BTCUSDT"], channels: [.trades]),
        configuration: Self.configuration(stage), exchanges: Registry.exchanges, tuning: tuning)
      async let running = capture.run()
      let isDone = await stage.loop.eventually {
        place.lines("index.jsonl").contains { $0.contains("/fapi/v1/fundingRate?") }
      }
      #expect(isDone)
      capture.stop()
      _ = await running
      let replies = try place.lines("index.jsonl").map(Self.value).filter { $0["kind"]?.string == "reply" }
      let paths = Set(replies.compactMap { $0["target"]?.string?.split(separator: "?").first })
      #expect(
        paths == [
          "/fapi/v1/exchangeInfo", "/fapi/v1/fundingInfo", "/fapi/v1/klines", "/fapi/v1/openInterest",
          "/fapi/v1/premiumIndex", "/futures/data/openInterestHist", "/fapi/v1/fundingRate",
        ])
      for reply in replies {
        let (target, file) = (try #require(reply["target"]?.string), try #require(reply["file"]?.string))
        #expect(reply["status"]?.integer == 200)
        #expect(reply["headers"]?["x-mbx-used-weight-1m"] != nil)
        let body = try #require(place.bytes(file))
        #expect(reply["bytes"]?.integer == Int64(body.count))
        // What does not hold the time of the answer can be asked for again.
        guard target.hasPrefix("/fapi/v1/fundingRate") || target.hasPrefix("/fapi/v1/fundingInfo") else { continue }
        #expect(try await stage.upstream.get(target).text == String(decoding: body, as: UTF8.self))
      }
    }
  }
}
