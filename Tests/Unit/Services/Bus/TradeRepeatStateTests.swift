import Model
import Testing

@testable import Services

@Suite struct TradeRepeatStateTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)

  private func trade(_ id: Int64, at milliseconds: Int64, again isRepeat: Bool = false) -> Trade {
    Trade(
      instrument: Self.instrument, id: .number(id), price: FixedDecimal(1), quantity: FixedDecimal(1), aggressor: .buy,
      exchangeTime: Timestamp(microseconds: milliseconds * 1000), receiveTime: .epoch, isRepeat: isRepeat)
  }

  /// The ids that are handed on.
  private func news(_ trades: [Trade], _ state: inout TradeRepeatState) -> [Int64] {
    trades.compactMap { trade in
      guard state.receive(trade), case .number(let id) = trade.id else { return nil }
      return id
    }
  }

  @Test func toANewTopicTradesOfBeforeAreOld() {
    var state = TradeRepeatState()
    #expect(news([trade(1, at: 10, again: true), trade(2, at: 20, again: true)], &state) == [])
    #expect(news([trade(3, at: 30)], &state) == [3])
  }

  @Test func afterABreakWhatWasMissedFollowsOnce() {
    var state = TradeRepeatState()
    #expect(news([trade(1, at: 10), trade(2, at: 20), trade(3, at: 20)], &state) == [1, 2, 3])
    let told = [(1, 10), (2, 20), (3, 20), (4, 20), (5, 25)].map { trade($0.0, at: Int64($0.1), again: true) }
    #expect(news(told, &state) == [4, 5])
    #expect(news(told + [trade(6, at: 30)], &state) == [6])
  }

  @Test func aTradeThatAlsoComesLiveIsHandedOnOnce() {
    var state = TradeRepeatState()
    _ = news([trade(1, at: 10)], &state)
    #expect(news([trade(2, at: 20, again: true), trade(2, at: 20), trade(3, at: 20)], &state) == [2, 3])
  }

  @Test func anIdCountsTogetherWithItsTime() {
    var state = TradeRepeatState()
    #expect(news([trade(7, at: 10), trade(7, at: 11)], &state) == [7, 7])
  }

  @Test func liveTradesOutOfOrderAreNotLost() {
    var state = TradeRepeatState()
    #expect(news([trade(2, at: 20), trade(1, at: 10)], &state) == [2, 1])
  }

  @Test func onlyTheLastOnesAreRemembered() {
    var state = TradeRepeatState()
    let count = Int64(TradeRepeatState.remembered)
    _ = news((0...count).map { trade($0, at: 10) }, &state)
    #expect(news([trade(1, at: 10)], &state) == [])
    #expect(news([trade(0, at: 10)], &state) == [0])
  }
}
