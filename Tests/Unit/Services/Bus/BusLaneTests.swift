import Model
import Testing
import Wire

@testable import Services

/// A client that keeps what it is given.
private final class Inbox: ClientSink {
  var frames: [String] = []
  var accepts = true

  func deliver(_ event: EncodedEvent, _ form: EventForm) -> Bool {
    guard accepts else { return false }
    if let frame = event.frame(form) { frames.append(String(decoding: frame.bytes, as: UTF8.self)) }
    return true
  }
}

/// A publisher that keeps what it is told.
private final class Line: PublisherLine, @unchecked Sendable {
  var messages: [String] = []

  func post(_ message: PublisherMessage) {
    switch message {
    case .open(let topic, let form, let lane): messages.append("open \(topic) \(form.rawValue) \(lane)")
    case .close(let topic, let form, let lane): messages.append("close \(topic) \(form.rawValue) \(lane)")
    case .snapshot, .fetched, .listed: messages.append("unexpected")
    }
  }
}

private struct PlainEncoder: EventEncoder {
  func frame(_ event: MarketEvent, as form: EventForm) -> SharedBytes? {
    switch event {
    case .trade(let trade): SharedBytes(Array("trade \(trade.price) as \(form.rawValue)".utf8))
    case .candle(let candle): SharedBytes(Array("candle \(candle.close)".utf8))
    case .liquidation: nil
    }
  }
}

@Suite struct BusLaneTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)
  private let trades = Topic(.trades, of: instrument)
  private let candles = Topic(.candles(.oneMinute), of: instrument)
  private let form = EventForm(rawValue: 1)
  private let other = EventForm(rawValue: 2)

  private func lane(_ line: Line) -> BusLane {
    let lane = BusLane(index: 3)
    lane.publishers = [ExchangeID("toy"): line]
    return lane
  }

  private func trade(_ price: Int, _ quantity: Int = 1) -> Delivery {
    let trade = Trade(
      instrument: Self.instrument, id: .number(1), price: FixedDecimal(price), quantity: FixedDecimal(quantity),
      aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)
    return Delivery(topic: trades, event: EncodedEvent(.trade(trade), forms: [form, other], encoder: PlainEncoder()))
  }

  private func candle(_ close: Int, as shape: EventForm? = nil) -> Delivery {
    let price = FixedDecimal(close)
    let candle = Candle(
      instrument: Self.instrument, interval: .oneMinute, openTime: .epoch, open: price, high: price, low: price,
      close: price, baseVolume: price, quoteVolume: nil, tradesCount: nil, isClosed: false, receiveTime: .epoch)
    return Delivery(
      topic: candles, event: EncodedEvent(.candle(candle), forms: [shape ?? form], encoder: PlainEncoder()))
  }

  @Test func onlyTheFirstAndTheLastClientOfAFormAreTold() {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    let wishes = [form, form, other].map { ClientSubscription(trades, form: $0, sink: inbox) }
    for wish in wishes { lane.subscribe(wish) }
    #expect(line.messages == ["open toy/AB/trades 1 3", "open toy/AB/trades 2 3"])
    #expect(lane.subscriptionCount == 3)
    for wish in wishes { lane.unsubscribe(wish) }
    #expect(line.messages.suffix(2) == ["close toy/AB/trades 1 3", "close toy/AB/trades 2 3"])
    #expect(lane.subscriptionCount == 0)
  }

  @Test func everyClientGetsItsForm() {
    let (line, first, second) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let (a, b) = (
      ClientSubscription(trades, form: form, sink: first), ClientSubscription(trades, form: other, sink: second)
    )
    lane.subscribe(a)
    lane.subscribe(b)
    lane.deliver(trade(5))
    #expect(first.frames == ["trade 5 as 1"])
    #expect(second.frames == ["trade 5 as 2"])
  }

  @Test func aMinimumLeavesOutWhatIsWorthLess() throws {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    let wish = ClientSubscription(trades, form: form, minimumNotional: FixedDecimal(100), sink: inbox)
    lane.subscribe(wish)
    for delivery in [trade(10, 9), trade(10, 10), trade(10, 11)] { lane.deliver(delivery) }
    #expect(inbox.frames.count == 2)
    #expect(lane.subscriptionCount == 1)
  }

  @Test func aFurtherClientGetsTheCurrentCandleAtOnce() {
    let (line, first, second) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let wishes = [first, second].map { ClientSubscription(candles, form: form, sink: $0) }
    lane.subscribe(wishes[0])
    lane.deliver(candle(7))
    lane.deliver(candle(8))
    lane.subscribe(wishes[1])
    #expect(first.frames == ["candle 7", "candle 8"])
    #expect(second.frames == ["candle 8"])
  }

  @Test func aClientThatCanTakeNoMoreIsTakenOutAndHarmsNobody() {
    let (line, slow, quick) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let wishes = [slow, quick].map { ClientSubscription(trades, form: form, sink: $0) }
    for wish in wishes { lane.subscribe(wish) }
    slow.accepts = false
    lane.deliver(trade(1))
    lane.deliver(trade(2))
    #expect(quick.frames.count == 2)
    #expect(lane.subscriptionCount == 1)
    lane.unsubscribe(wishes[0])
    #expect(lane.subscriptionCount == 1)
  }

  @Test func leavingInAnyOrderLeavesTheOthers() {
    let line = Line()
    let lane = lane(line)
    let inboxes = (0..<10).map { _ in Inbox() }
    let wishes = inboxes.map { ClientSubscription(trades, form: form, sink: $0) }
    for wish in wishes { lane.subscribe(wish) }
    for index in [0, 9, 4, 5, 1] { lane.unsubscribe(wishes[index]) }
    lane.deliver(trade(1))
    #expect(inboxes.map(\.frames.count) == [0, 0, 1, 1, 0, 0, 1, 1, 1, 0])
    #expect(line.messages.count == 1)
  }

  @Test func whatNobodyWantsGoesNowhere() {
    let line = Line()
    lane(line).deliver(trade(1))
    #expect(line.messages.isEmpty)
  }

  @Test func eachFormHasItsOwnLatestCandle() {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    lane.subscribe(ClientSubscription(candles, form: form, sink: inbox))
    lane.deliver(candle(1))
    let newcomer = Inbox()
    let wish = ClientSubscription(candles, form: form.naming("ABUSDT"), sink: newcomer)
    lane.subscribe(wish)
    #expect(line.messages.count == 2)
    #expect(newcomer.frames.isEmpty)
    lane.deliver(candle(2, as: form.naming("ABUSDT")))
    #expect(newcomer.frames == ["candle 2"] && inbox.frames == ["candle 1"])
    let (second, third) = (Inbox(), Inbox())
    lane.subscribe(ClientSubscription(candles, form: form.naming("ABUSDT"), sink: second))
    lane.subscribe(ClientSubscription(candles, form: form, sink: third))
    #expect(second.frames == ["candle 2"] && third.frames == ["candle 1"])
  }

  @Test func aFormThatWasLeftStartsAnew() {
    let (line, inbox, late) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let pair = form.naming("ABUSDT")
    lane.subscribe(ClientSubscription(candles, form: form, sink: inbox))
    let wish = ClientSubscription(candles, form: pair, sink: inbox)
    lane.subscribe(wish)
    lane.deliver(candle(1, as: pair))
    lane.unsubscribe(wish)
    lane.deliver(candle(2))
    lane.subscribe(ClientSubscription(candles, form: pair, sink: late))
    #expect(late.frames.isEmpty)
    #expect(line.messages.last == "open toy/AB/candles(1m) 1 3")
  }
}
