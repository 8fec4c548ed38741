import Model
import Support
import Testing

@testable import Sessions

@Suite struct OverlapStateTests {
  private static func trade(_ id: Int, of instrument: Instrument = ToyExchange.alpha) -> MarketEvent {
    .trade(
      Trade(
        instrument: instrument, id: .number(Int64(id)), price: FixedDecimal(1), quantity: FixedDecimal(1),
        aggressor: .buy,
        // Several in each millisecond.
        exchangeTime: Timestamp(microseconds: Int64(id / 3) * 1000), receiveTime: .epoch))
  }

  private static func candle(_ minute: Int64, _ volume: Int, closed: Bool = false, trades: Int64? = nil) -> MarketEvent
  {
    .candle(
      Candle(
        instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
        open: FixedDecimal(1), high: FixedDecimal(1), low: FixedDecimal(1), close: FixedDecimal(1),
        baseVolume: FixedDecimal(volume), quoteVolume: nil, tradesCount: trades, isClosed: closed, receiveTime: .epoch))
  }

  private static func liquidation(_ time: Int64) -> MarketEvent {
    .liquidation(
      Liquidation(
        instrument: ToyExchange.alpha, liquidated: .long, price: FixedDecimal(1), quantity: FixedDecimal(1),
        exchangeTime: Timestamp(microseconds: time), receiveTime: .epoch))
  }

  private static let topic = Topic(.trades, of: ToyExchange.alpha)

  /// Plays one stream over two connections: the old one from the beginning, the new one from `start`, each as far behind
  /// as chance will have it, in reads of any size. The old one ends when both are through.
  private func played(_ stream: [MarketEvent], from start: Int, _ random: inout SplitMix64) -> [MarketEvent] {
    var state = OverlapState()
    var places = [0, start]
    var handedOn: [MarketEvent] = []
    while places[0] < stream.count || places[1] < stream.count {
      let lane = Int.random(in: 0...1, using: &random)
      let size = min(Int.random(in: 1...6, using: &random), stream.count - places[lane])
      handedOn += state.receive(Array(stream[places[lane]..<places[lane] + size]), from: lane == 0 ? .old : .new)
      places[lane] += size
    }
    return handedOn + state.oldLaneEnded().events
  }

  @Test func everyTradeComesOnceAndInOrderWhicheverLaneIsAhead() {
    let stream = (0..<60).map { Self.trade($0) }
    var wrong: [UInt64] = []
    for seed in UInt64(0)..<300 {
      var random = SplitMix64(seed: seed)
      let start = Int.random(in: 0..<60, using: &random)
      if played(stream, from: start, &random) != stream { wrong.append(seed) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func everyFinalComesOnceAndNoOlderStateFollowsANewerOne() {
    let stream = (0..<12).flatMap { minute in
      (1...4).map { Self.candle(minute, $0) } + [Self.candle(minute, 5, closed: true)]
    }
    let places = stream.enumerated()
    let finals = stream.filter { if case .candle(let candle) = $0 { candle.isClosed } else { false } }
    var wrong: [UInt64] = []
    for seed in UInt64(0)..<300 {
      var random = SplitMix64(seed: seed)
      let start = Int.random(in: 0..<stream.count, using: &random)
      let handedOn = played(stream, from: start, &random)
      let order = handedOn.compactMap { event in places.first { $0.element == event }?.offset }
      if zip(order, order.dropFirst()).contains(where: { $0 >= $1 }) { wrong.append(seed) }
      if handedOn.filter(finals.contains) != finals { wrong.append(seed) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func equalLiquidationsOfOneConnectionAreAllHandedOn() {
    let stream = [1, 2, 2, 2, 3, 5, 5].map { Self.liquidation($0) }
    var wrong: [UInt64] = []
    for seed in UInt64(0)..<100 {
      var random = SplitMix64(seed: seed)
      if played(stream, from: 0, &random) != stream { wrong.append(seed) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func theNewLaneIsHeldUntilTheOldOneHasComeThere() {
    var state = OverlapState()
    #expect(state.receive([Self.trade(3), Self.trade(4)], from: .new) == [])
    #expect(state.isApart)
    #expect(state.receive([Self.trade(1), Self.trade(2)], from: .old) == [1, 2].map { Self.trade($0) })
    #expect(state.receive([Self.trade(3)], from: .old) == [3, 4].map { Self.trade($0) })
    #expect(!state.isApart)
    #expect(state.receive([Self.trade(5)], from: .new) == [Self.trade(5)])
    #expect(state.receive([Self.trade(4), Self.trade(5), Self.trade(6)], from: .old) == [Self.trade(6)])
    #expect(state.dropped == 3)
  }

  @Test func eachTopicMeetsByItself() {
    var state = OverlapState()
    let beta = Self.trade(1, of: ToyExchange.beta)
    #expect(state.receive([beta, Self.trade(9)], from: .new) == [])
    #expect(state.receive([beta], from: .old) == [beta])
    let later = Self.trade(2, of: ToyExchange.beta)
    #expect(state.receive([later, Self.trade(10)], from: .new) == [later])
  }

  /// Trades the old connection never brought: it is past them.
  @Test func anOldLaneThatHasPassedTheNewOneHasMetIt() {
    var state = OverlapState()
    #expect(state.receive([Self.trade(3)], from: .new) == [])
    #expect(state.receive([Self.trade(6)], from: .old) == [6, 3].map { Self.trade($0) })
    #expect(state.receive([Self.trade(7)], from: .new) == [Self.trade(7)])
  }

  @Test func whatIsHeldIsBounded() {
    var state = OverlapState()
    let events = (1...OverlapState.maxHeld + 1).map { Self.trade($0) }
    #expect(state.receive(Array(events.dropLast()), from: .new) == [])
    #expect(state.receive([events[OverlapState.maxHeld]], from: .new) == events)
  }

  @Test func anOldLaneThatIsCutBeforeTheyMetLeavesThemApart() {
    var state = OverlapState()
    _ = state.receive([Self.trade(1)], from: .old)
    _ = state.receive([Self.candle(1, 1)], from: .old)
    _ = state.receive([Self.trade(9), Self.trade(10), Self.candle(1, 1)], from: .new)
    let end = state.oldLaneEnded()
    #expect(end.events == [9, 10].map { Self.trade($0) })
    #expect(end.apart == [Self.topic])
    // From there on there is nothing to wait for.
    #expect(state.receive([Self.trade(11)], from: .new) == [Self.trade(11)])
    #expect(state.oldLaneEnded().events == [])
  }

  @Test func aNewConnectionThatIsLostMeetsTheOldOneAgain() {
    var state = OverlapState()
    _ = state.receive([Self.trade(1)], from: .old)
    #expect(state.receive([Self.trade(1), Self.trade(2)], from: .new) == [Self.trade(2)])
    state.newLaneBroke()
    #expect(state.receive([Self.trade(6)], from: .new) == [])
    #expect(state.receive((2...6).map { Self.trade($0) }, from: .old) == (3...6).map { Self.trade($0) })
    #expect(state.receive([Self.trade(7)], from: .new) == [Self.trade(7)])
  }

  @Test func aStateOfACandleIsLaterByWhatGrows() {
    var state = OverlapState()
    _ = state.receive([Self.candle(1, 5, trades: 7)], from: .old)
    // The lanes meet here.
    #expect(state.receive([Self.candle(1, 5, trades: 7)], from: .new) == [])
    let rows: [(MarketEvent, Bool)] = [
      (Self.candle(1, 5, trades: 7), false), (Self.candle(1, 4, trades: 6), false), (Self.candle(0, 9), false),
      (Self.candle(1, 5, trades: 8), true), (Self.candle(1, 6, closed: true, trades: 8), true),
    ]
    for (candle, isLater) in rows {
      var copy = state
      #expect(copy.receive([candle], from: .new).isEmpty != isLater)
    }
    // A final once, and nothing of its minute after it.
    _ = state.receive([Self.candle(1, 6, closed: true)], from: .new)
    #expect(state.receive([Self.candle(1, 6, closed: true), Self.candle(1, 6)], from: .old) == [])
    #expect(state.receive([Self.candle(2, 1)], from: .old) == [Self.candle(2, 1)])
  }
}
