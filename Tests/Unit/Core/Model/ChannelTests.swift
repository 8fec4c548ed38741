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

  @Test func topicsAreFoundByChannelAndInstrument() throws {
    let fiveMinutes = try #require(Interval("5m"))
    let channels = [Channel.trades, .liquidations, .candles(.oneMinute), .candles(fiveMinutes)]
    let exchanges = [ExchangeID("toy"), ExchangeID("other")]
    let topics = channels.flatMap { channel in
      [Topic(channel, of: ModelSample.instrument)] + exchanges.map { Topic(channel, ofAllOn: $0) }
    }
    let places = Dictionary(uniqueKeysWithValues: topics.enumerated().map { ($1, $0) })
    #expect(topics.map { places[$0] } == Array(0..<12))
  }
}
