import Contract
import Model
import Support
import Testing

@testable import App

@Suite struct StreamExaminationStateTests {
  private typealias Action = StreamExaminationState.Action

  private static let patience = DoctorPatience(question: 0, acknowledgement: 100, data: 1000)
  private static let trades = StreamSubject(
    name: "trades", topic: UpstreamTopic(ToyExchange.endpoint, "t"), channel: .trades, instrument: ToyExchange.alpha)
  private static let liquidations = StreamSubject(
    name: "liquidations", topic: UpstreamTopic(ToyExchange.endpoint, "l"), channel: .liquidations, instrument: nil)

  private static func trade(_ instrument: Instrument = ToyExchange.alpha) -> MarketEvent {
    .trade(
      Trade(
        instrument: instrument, id: .number(1), price: .zero, quantity: .zero, aggressor: .buy, exchangeTime: .epoch,
        receiveTime: .epoch))
  }

  private func state(_ subjects: [StreamSubject]) -> StreamExaminationState {
    var limits = ToyExchange().declaration.streams
    limits.messageSpacingMilliseconds = 10
    return StreamExaminationState(subjects, limits: limits, patience: Self.patience, now: 0)
  }

  /// One with its messages sent at 5 and 15.
  private func sent(_ subjects: [StreamSubject]) -> StreamExaminationState {
    var state = state(subjects)
    _ = state.opened(now: 5)
    _ = state.tick(now: 15)
    return state
  }

  @Test func eachTopicIsAskedForByItsOwnMessageAtTheExchangesPace() {
    var state = state([Self.trades, Self.liquidations])
    #expect(state.nextDeadline == nil)
    #expect(
      state.opened(now: 5) == [
        .report(check: "connect", .ok, milliseconds: 5), .subscribe(Self.trades.topic, request: 1),
      ])
    #expect(state.nextDeadline == 15)
    #expect(state.tick(now: 14).isEmpty)
    #expect(state.tick(now: 15) == [.subscribe(Self.liquidations.topic, request: 2)])
    #expect(state.nextDeadline == 105)
  }

  @Test func anAcknowledgedTopicWithDataIsOkByItsFirstMessage() {
    var state = sent([Self.trades])
    #expect(state.received([], [.acknowledged(request: 1)], now: 20).isEmpty)
    #expect(state.received([Self.trade(ToyExchange.beta)], [], now: 30).isEmpty)
    state.decoded(nil)
    #expect(
      state.received([Self.trade()], [], now: 40) == [
        .report(check: "trades", .ok, milliseconds: 35), .report(check: "messages", .ok, milliseconds: nil), .finish,
      ])
    #expect(state.nextDeadline == nil)
    #expect(state.closed("over", now: 50).isEmpty)
  }

  @Test func silenceAfterAnAcknowledgementIsADifferenceAndItsCauseIsNamed() {
    var state = sent([Self.trades])
    _ = state.received([], [.acknowledged(request: 1)], now: 20)
    #expect(state.nextDeadline == 1005)
    #expect(state.tick(now: 1004).isEmpty)
    guard case .report("trades", .failed(let detail), nil) = state.tick(now: 1005).first else {
      Issue.record("not reported")
      return
    }
    #expect(detail.hasPrefix("acknowledged, then silent for 1 s: the path or the topic's name is probably not"))
    #expect(detail.hasSuffix("(/stream, t)"))
  }

  @Test func aChannelThatMayBeQuietIsQuiet() {
    var state = sent([Self.liquidations])
    _ = state.received([], [.acknowledged(request: 1)], now: 20)
    #expect(
      state.tick(now: 1005) == [
        .report(
          check: "liquidations", .quiet("acknowledged; none happened within 1 s"), milliseconds: nil), .finish,
      ])
  }

  @Test func aMessageWithoutAnAnswerIsADifference() {
    for subject in [Self.trades, Self.liquidations] {
      var state = sent([subject])
      #expect(state.tick(now: 104).isEmpty)
      #expect(
        state.tick(now: 105).first
          == .report(
            check: subject.name, .failed("no answer to the subscribe message (\(subject.topic.name))"),
            milliseconds: nil))
    }
    var state = sent([Self.trades])
    _ = state.received([Self.trade()], [], now: 20)
    #expect(
      state.tick(now: 105).first
        == .report(
          check: "trades", .failed("data comes, but the subscribe message is not acknowledged"), milliseconds: 15))
  }

  @Test func aRefusalIsNamedByItsNumberOrMeansTheOldest() {
    for request in [2, nil] {
      var state = sent([Self.trades, Self.liquidations])
      _ = state.received([], [.acknowledged(request: 1)], now: 20)
      #expect(
        state.received([], [.refused(request: request, reason: "no such")], now: 21) == [
          .report(check: "liquidations", .failed("the exchange refused it: no such"), milliseconds: nil)
        ])
    }
    var state = sent([Self.trades])
    #expect(state.received([], [.refused(request: 9, reason: ""), .acknowledged(request: 0), .pong], now: 20).isEmpty)
  }

  @Test func whatWasNotSeenBeforeTheEndIsADifference() {
    var state = sent([Self.trades, Self.liquidations])
    #expect(
      state.closed("the server ended the connection", now: 20) == [
        .report(
          check: "trades", .failed("the connection ended: the server ended the connection"), milliseconds: nil),
        .report(
          check: "liquidations", .failed("the connection ended: the server ended the connection"), milliseconds: nil),
        .finish,
      ])
    var never = self.state([Self.trades])
    #expect(
      never.closed("refused", now: 3) == [
        .report(check: "connect", .failed("refused"), milliseconds: 3),
        .report(check: "trades", .failed("there is no connection"), milliseconds: nil), .finish,
      ])
  }

  @Test func messagesThatCouldNotBeReadAreCountedAndTheFirstIsShown() {
    var state = sent([Self.trades])
    state.decoded(nil)
    state.decoded(FrameError(offset: 7, reason: "a decimal was expected"))
    state.decoded(FrameError(offset: 9, reason: "other"))
    #expect(
      state.received([Self.trade()], [.acknowledged(request: 1)], now: 20).dropFirst().first
        == .report(
          check: "messages", .failed("2 of 3 could not be read; the first: byte 7, a decimal was expected"),
          milliseconds: nil))
  }

  @Test func anEndpointWithoutTopicsIsDoneWhenItIsOpen() {
    var state = state([])
    #expect(state.opened(now: 4) == [.report(check: "connect", .ok, milliseconds: 4), .finish])
    #expect(state.opened(now: 5).isEmpty)
  }

  @Test func anEventCountsForTheTopicsThatIncludeIt() throws {
    let candle = Candle(
      instrument: ToyExchange.alpha, interval: .oneMinute, openTime: .epoch, open: .zero, high: .zero, low: .zero,
      close: .zero, baseVolume: .zero, quoteVolume: nil, tradesCount: nil, isClosed: false, receiveTime: .epoch)
    func subject(_ channel: Channel, _ instrument: Instrument?) -> StreamSubject {
      StreamSubject(
        name: "", topic: UpstreamTopic(ToyExchange.endpoint, ""), channel: channel, instrument: instrument)
    }
    let hour = try #require(Interval("1h"))
    #expect(subject(.candles(.oneMinute), ToyExchange.alpha).includes(.candle(candle)))
    #expect(!subject(.candles(hour), ToyExchange.alpha).includes(.candle(candle)))
    #expect(!subject(.candles(.oneMinute), ToyExchange.beta).includes(.candle(candle)))
    #expect(!subject(.trades, ToyExchange.alpha).includes(.candle(candle)))
    #expect(subject(.trades, nil).includes(Self.trade()))
  }
}
