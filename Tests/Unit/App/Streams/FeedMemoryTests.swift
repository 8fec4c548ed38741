import Contract
import Model
import Services
import Support
import Testing

@testable import App

@Suite struct FeedMemoryTests {
  private let clock = ManualClock()
  private let toy = ToyExchange().id

  private func memory(_ feeds: Feed..., threshold: Int = 100) -> FeedMemory {
    FeedMemory(
      keeping: Dictionary(uniqueKeysWithValues: feeds.map { ($0, [toy]) }), largeTradesFrom: FixedDecimal(threshold),
      clock: clock)
  }

  private var selection: FeedSelection { FeedSelection(exchanges: [toy]) }

  private func trade(_ number: Int64, value: Int) -> BusEvent {
    .market(
      .trade(
        Trade(
          instrument: ToyExchange.alpha, id: .number(number), price: FixedDecimal(value), quantity: FixedDecimal(1),
          aggressor: .buy, exchangeTime: clock.wallClock, receiveTime: clock.wallClock)))
  }

  private func liquidation(_ instrument: Instrument = ToyExchange.alpha, value: Int) -> BusEvent {
    .market(
      .liquidation(
        Liquidation(
          instrument: instrument, liquidated: .long, price: FixedDecimal(value), quantity: FixedDecimal(1),
          exchangeTime: clock.wallClock, receiveTime: clock.wallClock)))
  }

  private func spike(_ timeframe: Interval) -> BusEvent {
    .spike(
      Spike(
        instrument: ToyExchange.beta, timeframe: timeframe, barEnd: clock.wallClock, openInterestScore: 3,
        volumeScore: nil, isConfirmed: false))
  }

  @Test func onlyTheFeedsThatAreKeptAreRemembered() {
    let memory = memory(.liquidations)
    for feed in Feed.allCases { #expect(memory.keeps(feed) == (feed == .liquidations)) }
    memory.observe([trade(1, value: 1000)], of: .largeTrades)
    memory.observe([spike(.oneHour)], of: .spikes)
    memory.observe(StreamNotice(.stale, exchange: toy, since: .epoch, cause: "disconnect"), of: .largeTrades)
    #expect(memory.largeTrades(selection, limit: 5) == nil)
    #expect(memory.spikes(selection, timeframe: nil, limit: 5) == nil)
    #expect(self.memory(.largeTrades).sums(of: selection, since: .epoch) == nil)
    #expect(self.memory().liquidations(selection, limit: 5) == nil)
  }

  @Test func ofTradesTheLargeOnesAreKeptAndAnyShowsThatTheExchangeIsThere() throws {
    let memory = memory(.largeTrades)
    memory.observe([trade(1, value: 99)], of: .largeTrades)
    let before = try #require(memory.largeTrades(selection, limit: 5))
    #expect(before.events.isEmpty && before.standings[0].standing.since == clock.wallClock)
    memory.observe([trade(2, value: 100), trade(3, value: 99), trade(4, value: 101)], of: .largeTrades)
    #expect(memory.largeTrades(selection, limit: 5)?.events.map(\.id) == [.number(2), .number(4)])
    var most = selection
    most.minimum = FixedDecimal(101)
    #expect(memory.largeTrades(most, limit: 5)?.events.map(\.id) == [.number(4)])
  }

  @Test func liquidationsAreKeptAndSummed() throws {
    let memory = memory(.liquidations)
    memory.observe([liquidation(value: 5), liquidation(ToyExchange.beta, value: 7)], of: .liquidations)
    let start = clock.wallClock
    var alpha = selection
    alpha.matches = [ToyExchange.alpha: InstrumentMatch(ToyExchange.alpha)]
    #expect(memory.liquidations(alpha, limit: 5)?.events.map(\.notional) == [FixedDecimal(5)])
    let (sums, standings) = try #require(memory.sums(of: selection, since: start))
    #expect(sums[toy]?.all.longs.value == FixedDecimal(12))
    #expect(standings.map(\.standing.since) == [start])
  }

  @Test func spikesAreFoundByTheirTimeframe() throws {
    let memory = memory(.spikes)
    memory.observe([spike(.oneHour), spike(.oneMinute)], of: .spikes)
    #expect(memory.spikes(selection, timeframe: nil, limit: 5)?.events.map(\.timeframe) == [.oneHour, .oneMinute])
    #expect(memory.spikes(selection, timeframe: .oneHour, limit: 5)?.events.map(\.timeframe) == [.oneHour])
  }

  @Test func anExchangeThatCannotBeAskedBringsNoSpikes() throws {
    let memory = memory(.spikes)
    memory.observe([spike(.oneHour)], of: .spikes)
    var connected = selection
    connected.connected = [toy]
    #expect(memory.spikes(connected, timeframe: nil, limit: 5)?.standings[0].standing.isFollowed == true)
    #expect(memory.spikes(selection, timeframe: nil, limit: 5)?.standings[0].standing.isFollowed == false)
    #expect(memory.spikes(connected, timeframe: nil, limit: 5)?.standings[0].standing.isFollowed == true)
  }

  @Test func anExchangeThatIsConnectedIsThereThoughNothingHappens() throws {
    let memory = memory(.liquidations, .largeTrades, .spikes)
    #expect(memory.liquidations(selection, limit: 5)?.standings[0].standing.since == nil)
    var connected = selection
    connected.connected = [toy]
    let now = clock.wallClock
    #expect(memory.liquidations(connected, limit: 5)?.standings[0].standing.since == now)
    clock.advance(milliseconds: 1000)
    #expect(memory.liquidations(selection, limit: 5)?.standings[0].standing.since == now)
    #expect(memory.largeTrades(connected, limit: 5)?.standings[0].standing.since == clock.wallClock)
    #expect(memory.spikes(connected, timeframe: nil, limit: 5)?.standings[0].standing.since == clock.wallClock)
    #expect(try #require(memory.sums(of: connected, since: .epoch)).standings[0].standing.since == now)
  }

  @Test func aBreakOfAnExchangeIsTold() throws {
    let memory = memory(.liquidations, .largeTrades, .spikes)
    memory.observe([liquidation(value: 1)], of: .liquidations)
    memory.observe([trade(1, value: 1000)], of: .largeTrades)
    memory.observe([spike(.oneHour)], of: .spikes)
    let since = clock.wallClock
    for feed in Feed.allCases {
      memory.observe(StreamNotice(.stale, exchange: toy, since: since, cause: "disconnect"), of: feed)
    }
    #expect(memory.liquidations(selection, limit: 5)?.standings[0].standing.brokenSince == since)
    #expect(memory.largeTrades(selection, limit: 5)?.standings[0].standing.brokenSince == since)
    #expect(memory.spikes(selection, timeframe: nil, limit: 5)?.standings[0].standing.brokenSince == since)
    clock.advance(milliseconds: 5000)
    memory.observe(StreamNotice(.recovered, exchange: toy, since: since, cause: "disconnect"), of: .liquidations)
    #expect(
      memory.liquidations(selection, limit: 5)?.standings[0].standing.gaps == [
        FeedCoverage.Gap(from: since, until: clock.wallClock)
      ])
  }

  @Test func eachPartHasALimit() {
    let memory = memory(.liquidations, .largeTrades, .spikes)
    memory.observe((0...FeedMemory.liquidationLimit).map { _ in liquidation(value: 1) }, of: .liquidations)
    memory.observe((0...FeedMemory.largeTradeLimit).map { trade(Int64($0), value: 100) }, of: .largeTrades)
    memory.observe((0...FeedMemory.spikeLimit).map { _ in spike(.oneHour) }, of: .spikes)
    #expect(memory.liquidations(selection, limit: .max)?.events.count == FeedMemory.liquidationLimit)
    #expect(memory.largeTrades(selection, limit: .max)?.events.count == FeedMemory.largeTradeLimit)
    #expect(memory.largeTrades(selection, limit: .max)?.events.first?.id == .number(1))
    #expect(memory.spikes(selection, timeframe: nil, limit: .max)?.events.count == FeedMemory.spikeLimit)
  }
}
