import Model
import Support
import Testing

@testable import Services

@Suite struct TopicLogTests {
  private func trade(_ id: Int64) -> BusEvent {
    .market(
      .trade(
        Trade(
          instrument: ToyExchange.alpha, id: .number(id), price: FixedDecimal(1), quantity: FixedDecimal(1),
          aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)))
  }

  private func candle(_ minute: Int64, closed: Bool) -> BusEvent {
    let one = FixedDecimal(1)
    return .market(
      .candle(
        Candle(
          instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
          open: one, high: one, low: one, close: one, baseVolume: one, quoteVolume: nil, tradesCount: nil,
          isClosed: closed, receiveTime: .epoch)))
  }

  private func missed(_ log: TopicLog, after sequence: UInt64, epoch: UInt64 = 7) -> [UInt64]? {
    log.entries(after: ResumePoint(epoch: epoch, sequence: sequence))?.map(\.sequence)
  }

  @Test func everyEventHasTheNextNumber() {
    var log = TopicLog(epoch: 7)
    #expect([trade(1), candle(1, closed: false), trade(2)].map { log.append($0) } == [1, 2, 3])
    #expect(log.end == ResumePoint(epoch: 7, sequence: 3))
  }

  @Test func aNumberCanBeGivenWithoutAnEvent() {
    var log = TopicLog(epoch: 7)
    log.skip()
    log.keep()
    #expect(log.append(trade(1)) == 2 && missed(log, after: 1) == [2] && missed(log, after: 0) == nil)
  }

  @Test func whatWasMissedComesInOrderFromAnyPoint() {
    var log = TopicLog(epoch: 7)
    log.keep()
    for id in 1...5 { _ = log.append(trade(Int64(id))) }
    for point in 0...5 { #expect(missed(log, after: UInt64(point)) == Array(UInt64(point) + 1..<6)) }
  }

  @Test func openCandlesAreNumberedAndNotRemembered() {
    var log = TopicLog(epoch: 7)
    log.keep()
    for closed in [false, false, true, false] { _ = log.append(candle(1, closed: closed)) }
    #expect(missed(log, after: 0) == [3])
    #expect(missed(log, after: 3) == [])
  }

  @Test func anotherEpochOrANumberNotYetGivenIsNotRecovered() {
    var log = TopicLog(epoch: 7)
    log.keep()
    _ = log.append(trade(1))
    #expect(missed(log, after: 0, epoch: 8) == nil)
    #expect(missed(log, after: 2) == nil)
  }

  @Test func nothingIsRememberedBeforeSomebodyMayComeBack() {
    var log = TopicLog(epoch: 7)
    _ = log.append(trade(1))
    #expect(missed(log, after: 1) == nil)
    log.keep()
    _ = log.append(trade(2))
    #expect(missed(log, after: 0) == nil)
    #expect(missed(log, after: 1) == [2])
  }

  @Test func aNumberOlderThanTheMemoryIsNotRecovered() {
    var log = TopicLog(epoch: 7)
    log.keep()
    let count = UInt64(TopicLog.capacity)
    for id in 1...count + 3 { _ = log.append(trade(Int64(id))) }
    #expect(missed(log, after: 2) == nil)
    #expect(missed(log, after: 3) == Array(4...count + 3))
    #expect(missed(log, after: count + 1) == [count + 2, count + 3])
  }
}
