import Support
import Testing

@testable import App

/// Connections that are succeeded before the exchange cuts them, under load: the exchange's own history is the truth.
@Suite(.serialized, .timeLimit(.minutes(1))) struct RollTests {
  /// Trades of the exchange's own history from an instant on until one of an id, each as its id, price and quantity.
  private func history(from start: Int64, until last: Int, _ stage: Stage) async throws -> [String] {
    var trades: [String] = []
    var (time, id) = (start, 0)
    while id < last {
      let path = "/fapi/v1/aggTrades?symbol=BTCUSDT&startTime=\(time)&limit=1000"
      // The first of a page are those of the same millisecond as the last of the page before.
      let rows = ExchangeText.objects(try await stage.upstream.get(path).text).filter { self.id(of: $0) > id }
      guard let end = rows.last, let endTime = Int64(ExchangeText.member("T", of: end)) else { break }
      (time, id) = (endTime, self.id(of: end))
      trades += rows.map { row in ["a", "p", "q"].map { ExchangeText.member($0, of: row) }.joined(separator: " ") }
    }
    return trades
  }

  private func id(of row: String) -> Int { Int(ExchangeText.member("a", of: row)) ?? 0 }

  @Test func everyTradeComesOnceAndInOrderOverManyRolls() async throws {
    let tune: (inout Tuning) -> Void = { tuning in
      (tuning.streamLifetime, tuning.streamOverlap) = (500, 60)
    }
    try await Stage.play(speed: 60, tuning: tune) { stage in
      // A minute earlier: what comes first may have happened before it was asked for.
      let began = stage.exchange.now - 60_000
      let probe = stage.stream("/ws/binance/BTCUSDT/trades")
      let notices = stage.stream("/ws")
      guard case .opened = try await notices.next() else { throw StageError.notLoaded }
      notices.send(#"{"op":"subscribe","id":1,"args":["binance/BTCUSDT/trades","binance/BTCUSDT/ohlc?interval=1m"]}"#)
      var trades: [String] = []
      while stage.exchange.statistics.connectionsOpened < 8 || trades.count < 500 {
        let trade = try #require(await probe.nextText())
        trades.append(["id", "price", "quantity"].map { ExchangeText.member($0, of: trade) }.joined(separator: " "))
      }
      let (first, last) = (try #require(trades.first), try #require(trades.last?.split(separator: " ").first))
      let own = try await history(from: began, until: try #require(Int(last)), stage)
      let expected = Array(own.drop { $0 != first }.prefix(trades.count))
      let wrong = zip(trades, expected).first { $0 != $1 }
      #expect(trades == expected, "first: \(wrong?.0 ?? "") is not \(wrong?.1 ?? "")")
      // Whatever came to the other client is data: nobody is told of a roll.
      notices.send(#"{"op":"ping"}"#)
      var told: Set<String> = []
      while !told.contains("pong") {
        told.insert(ExchangeText.member("type", of: try #require(await notices.nextText())))
      }
      #expect(told == ["subscribed", "trade", "ohlc", "pong"])
    }
  }
}
