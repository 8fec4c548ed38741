import Contract
import Model
import Testing

@testable import App

@Suite struct PublicStreamTests {
  @Test func theStreamsAreThoseOfTheContract() {
    #expect(PublicStream.all.map(\.name) == ["ohlc", "trades", "large_trades", "liquidations"])
    #expect(PublicStream.all.map(\.hasInterval) == [true, false, false, false])
    #expect(PublicStream.all.map(\.hasMinimum) == [false, false, true, true])
  }

  @Test func largeTradesAreTradesInAnotherForm() throws {
    let interval = try #require(Interval("5m"))
    let channels = PublicStream.all.map { $0.channel(interval) }
    #expect(channels == [.candles(interval), .trades, .trades, .liquidations])
    #expect(Set(PublicStream.all.map(\.form)).count == 4)
  }
}
