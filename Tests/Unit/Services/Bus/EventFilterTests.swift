import Model
import Support
import Testing
import Wire

@testable import Services

private struct NoEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? { nil }
}

@Suite struct EventFilterTests {
  private func encoded(_ event: BusEvent) -> EncodedEvent { EncodedEvent(event, forms: [], encoder: NoEncoder()) }

  private func trade(_ price: Int, _ quantity: Int) -> EncodedEvent {
    encoded(
      .market(
        .trade(
          Trade(
            instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(price), quantity: FixedDecimal(quantity),
            aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch))))
  }

  @Test func revisionsAreForThoseWhoReadNumbersAlone() {
    guard case .market(.candle(let candle)) = candle(closed: true).event else { return }
    let revision = encoded(.revision(candle, number: 1))
    #expect(!EventFilter.all.passes(revision) && !EventFilter(closedOnly: true).passes(revision))
    var filter = EventFilter(closedOnly: true)
    filter.takesRevisions = true
    #expect(filter.passes(revision))
  }

  private func candle(closed: Bool) -> EncodedEvent {
    let one = FixedDecimal(1)
    return encoded(
      .market(
        .candle(
          Candle(
            instrument: ToyExchange.alpha, interval: .oneMinute, openTime: .epoch, open: one, high: one, low: one,
            close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil, isClosed: closed, receiveTime: .epoch))))
  }

  @Test func aMinimumIsReachedByWhatIsWorthExactlyThat() {
    let filter = EventFilter(minimumNotional: FixedDecimal(100))
    #expect([trade(10, 9), trade(10, 10), trade(10, 11)].map { filter.passes($0) } == [false, true, true])
    #expect(!filter.passes(candle(closed: true)))
  }

  @Test func openCandlesCanBeLeftOut() {
    let filter = EventFilter(closedOnly: true)
    #expect(filter.passes(candle(closed: true)) && !filter.passes(candle(closed: false)) && filter.passes(trade(1, 1)))
    #expect(EventFilter.all.passes(candle(closed: false)))
  }

  @Test func spikesOfOtherBarsCanBeLeftOut() throws {
    let five = try #require(Interval(5, .minute))
    let spike = encoded(
      .spike(
        Spike(
          instrument: ToyExchange.alpha, timeframe: five, barEnd: .epoch, openInterestScore: 3, volumeScore: nil,
          isConfirmed: false)))
    #expect(EventFilter(timeframes: [five]).passes(spike) && !EventFilter(timeframes: [.oneMinute]).passes(spike))
  }
}
