import Exchanges
import Net
import Support
import Testing
import Wire

@testable import App

/// The past of the feeds, compared with what their streams showed and with what the exchange itself says.
@Suite(.serialized, .timeLimit(.minutes(1))) struct FeedMemoryTests {
  private static let settings = ["FEEDS_KEPT": "liquidations", "LIQUIDATION_EXCHANGES": "binance"]

  private func bare(_ message: String) -> String { message.replacing(#""type":"liquidation","#, with: "") }

  @Test func restGivesBackWhatTheStreamShowedDigitByDigit() async throws {
    try await Stage.play(speed: 60, settings: Self.settings) { stage in
      let feed = stage.stream("/ws/all/liquidations?min_value_usd=0")
      var shown: [String] = []
      while shown.count < 25 { shown.append(bare(try #require(await feed.nextText()))) }
      let answer = try await stage.web.get("/liquidations?min_value_usd=0&limit=1000")
      #expect(answer.status == 200)
      let rows = ExchangeText.objects(answer.text)
      #expect(rows.filter(Set(shown).contains).sorted() == shown.sorted())
      let times = rows.map { ExchangeText.member("timestamp", of: $0) }
      #expect(times.map { $0.hasSuffix("Z") && $0.count == 20 ? $0.dropLast() + ".000Z" : $0[...] }.isAscending)
      let coverage = try #require(answer.header("x-coverage"))
      #expect(coverage.hasPrefix("since=") && !coverage.contains("missing"))
      // A part of it, by what the rows themselves say.
      let symbol = ExchangeText.member("symbol", of: shown[0])
      let some = try await stage.web.get("/liquidations?min_value_usd=0&limit=1000&symbol=\(symbol)")
      let ofSymbol = ExchangeText.objects(some.text)
      #expect(!ofSymbol.isEmpty)
      #expect(ofSymbol.allSatisfy { ExchangeText.member("symbol", of: $0) == symbol })
    }
  }

  /// Of frames of the exchange, multiplied and added up as text.
  @Test func theSummaryIsTheSumOfWhatTheExchangeSent() async throws {
    try await Stage.play(speed: 60, settings: Self.settings) { stage in
      let feed = stage.stream("/ws/all/liquidations?min_value_usd=0")
      for _ in 1...25 { _ = try #require(await feed.nextText()) }
      feed.abort()
      // One moment of both answers: what comes between them is in the second alone.
      var (rows, summary): ([String], String) = ([], "")
      repeat {
        rows = ExchangeText.objects(try await stage.web.get("/liquidations?min_value_usd=0&limit=1000").text)
        summary = try await stage.web.get("/liquidations/summary?window=24h").text
      } while rows.count != count(in: summary)
      for (side, place) in [("buy", "\"buy\":{"), ("sell", "\"sell\":{")] {
        let values = rows.filter { ExchangeText.member("side", of: $0) == side }
          .map { ExchangeText.product(ExchangeText.member("price", of: $0), ExchangeText.member("quantity", of: $0)) }
        let total = try #require(summary.split(separator: "\"totals\":").last.map(String.init))
        let sampled = try #require(total.split(separator: "\"sampled\":").last.map(String.init))
        let sum = try #require(sampled.split(separator: place).last.map { "{" + $0 })
        #expect(ExchangeText.member("count", of: sum) == String(values.count))
        #expect(ExchangeText.member("value", of: sum) == ExchangeText.sum(values))
      }
      #expect(summary.contains(#""totals":{"full":{"buy":{"count":0,"value":0},"sell":{"count":0,"value":0}}"#))
    }
  }

  @Test func anExchangeThatIsGoneIsNamed() async throws {
    try await Stage.play(speed: 60, settings: Self.settings) { stage in
      let feed = stage.stream("/ws/all/liquidations?min_value_usd=0")
      _ = try #require(await feed.nextText())
      await stage.stopExchange()
      #expect(
        try await stage.loop.eventually {
          try await stage.web.get("/liquidations").header("x-coverage")?.contains("; missing=binance") == true
        })
      let answer = try await stage.web.get("/liquidations?min_value_usd=0")
      #expect(answer.status == 200 && !ExchangeText.objects(answer.text).isEmpty)
    }
  }

  /// How many there are on both sides, of the exchanges whose streams are sampled.
  private func count(in summary: String) -> Int {
    let sampled = summary.split(separator: "\"sampled\":{").last.map(String.init) ?? ""
    return ["buy", "sell"].reduce(0) { count, side in
      let sum = sampled.split(separator: "\"\(side)\":{").last.map { "{" + $0 } ?? ""
      return count + (Int(ExchangeText.member("count", of: sum)) ?? 0)
    }
  }
}

extension Array where Element: Comparable {
  fileprivate var isAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 <= $1 } }
}
