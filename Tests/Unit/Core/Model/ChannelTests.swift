import Model
import Testing

@Suite struct ChannelTests {
  @Test func channelsOfDifferentIntervalsAreDifferent() throws {
    let fiveMinutes = try #require(Interval("5m"))
    #expect(Channel.candles(.oneMinute) != .candles(fiveMinutes))
    #expect(
      [Channel.trades, .candles(fiveMinutes), .liquidations].map(\.description) == [
        "trades", "candles(5m)", "liquidations",
      ])
  }

  @Test func aTopicIsOfOneInstrumentOrOfAll() {
    let one = Topic(.trades, of: ModelSample.instrument)
    let all = Topic(.trades, ofAllOn: ExchangeID("toy"))
    #expect(one.description == "toy/BTCUSDT/trades" && all.description == "toy/*/trades")
    #expect(one != all && one.exchange == all.exchange && all.instrument == nil)
    #expect(Set([one, Topic(.trades, of: ModelSample.instrument), all]).count == 2)
  }
}
