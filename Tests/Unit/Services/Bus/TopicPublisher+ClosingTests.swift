import Contract
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import Services

/// Keeps what is delivered, as text.
private struct TextLane: DeliveryLane {
  let inbox = Inbox<String>()

  func post(_ delivery: Delivery) {
    for event in delivery.events.map(\.event) {
      inbox.add(event.frame(EventForm(rawValue: 1)).map { String(decoding: $0.bytes, as: UTF8.self) } ?? "-")
    }
  }
}

private struct TextEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
    switch event.market {
    case .candle(let candle):
      let minute = candle.openTime.milliseconds / 60_000
      return SharedBytes(Array("\(minute) \(candle.close)\(candle.isClosed ? " closed" : "")".utf8))
    case .trade(let trade): return SharedBytes(Array("\(trade.exchangeTime.milliseconds)".utf8))
    case .liquidation, nil: return nil
    }
  }
}

/// Leads back to the publisher, on its loop.
private struct Line: PublisherLine {
  let publisher: LoopBound<TopicPublisher>
  let loop: EventLoop

  func post(_ message: PublisherMessage) { loop.post { publisher.value.handle(message) } }
}

/// Notes what it is set for; a test rings it.
private final class NotedAlarm: PublisherAlarm {
  let inbox = Inbox<Int64>()

  func set(afterMilliseconds milliseconds: Int64) { inbox.add(milliseconds) }
}

/// An exchange that marks no final and tells trades again: the clock stands where the test puts it.
@Suite(.timeLimit(.minutes(1))) struct TopicPublisherClosingTests {
  private static let minute: Int64 = 60_000
  private let candles = Topic(.candles(.oneMinute), of: ToyExchange.alpha)
  private let trades = Topic(.trades, of: ToyExchange.alpha)
  private let form = EventForm(rawValue: 1)

  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "publisher")
    let http: HTTPClient
    let lane = TextLane()
    let alarm: LoopBound<NotedAlarm>
    let alarms: Inbox<Int64>
    let clock: ManualClock
    let publisher: LoopBound<TopicPublisher>

    /// `now` in milliseconds since 1970, by our clock.
    init(now: Int64, candles: String = "[]", terms: RepairTerms = RepairTerms()) throws {
      upstream = try ToyUpstream()
      upstream.answer("/candles", body: candles)
      http = HTTPClient(loop: loop)
      clock = ManualClock(wallClock: Timestamp(microseconds: now * 1000))
      let registry = MetricsRegistry()
      let client = ExchangeClient(
        ToyExchange(), address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(registry, exchange: "toy"))
      var habits = StreamHabits()
      habits.marksFinals = false
      habits.repeatsTrades = true
      let publisher = TopicPublisher(
        ToyExchange().id, lanes: [lane], encoder: TextEncoder(),
        backfill: CandleBackfill(MarketHistory(ToyExchange(), client: client, clock: clock), clock: clock),
        counters: BusCounters(registry, exchange: "toy"), habits: habits, terms: terms, clock: clock)
      let alarm = NotedAlarm()
      publisher.alarm = alarm
      let bound = LoopBound(publisher, loop: loop)
      publisher.line = Line(publisher: bound, loop: loop)
      alarms = alarm.inbox
      self.alarm = LoopBound(alarm, loop: loop)
      self.publisher = bound
    }

    func handle(_ message: PublisherMessage) { loop.post { publisher.value.handle(message) } }
    func receive(_ events: MarketEvent...) { loop.post { publisher.value.receive(events) } }
    func interrupted(_ topic: Topic) { loop.post { publisher.value.interrupted([topic], cause: .disconnect) } }
    func restored(_ topic: Topic) { loop.post { publisher.value.restored([topic]) } }
    func wake() { loop.post { publisher.value.wake() } }

    func next(_ count: Int) async throws -> [String] {
      var seen: [String] = []
      for _ in 0..<count { seen.append(try await lane.inbox.next()) }
      return seen
    }

    /// Waits until the alarm is set for so many milliseconds.
    func alarm(for milliseconds: Int64) async throws {
      while try await alarms.next() != milliseconds {}
    }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  private func candle(_ minute: Int64, _ close: Int = 1, at receiveTime: Int64? = nil) -> MarketEvent {
    let price = FixedDecimal(close)
    let open = minute * Self.minute
    return .candle(
      Candle(
        instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: open * 1000),
        open: price,
        high: price, low: price, close: price, baseVolume: price, quoteVolume: nil, tradesCount: nil, isClosed: false,
        receiveTime: Timestamp(microseconds: (receiveTime ?? open + 1000) * 1000)))
  }

  private func trade(_ id: Int64, again isRepeat: Bool = false) -> MarketEvent {
    .trade(
      Trade(
        instrument: ToyExchange.alpha, id: .number(id), price: FixedDecimal(1), quantity: FixedDecimal(1),
        aggressor: .buy, exchangeTime: Timestamp(microseconds: id * 1000), receiveTime: .epoch, isRepeat: isRepeat))
  }

  @Test func theNextCandleEndsTheOneBefore() async throws {
    let bench = try Bench(now: 100 * Self.minute)
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(100), candle(100, 2), candle(101), candle(102, 5))
    #expect(try await bench.next(6) == ["100 1", "100 2", "100 2 closed", "101 1", "101 1 closed", "102 5"])
    await bench.stop()
  }

  @Test func theClockEndsACandleOnceTwoSecondsAfterItsEnd() async throws {
    let bench = try Bench(now: 100 * Self.minute + 50_000)
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(100, 3))
    #expect(try await bench.next(1) == ["100 3"])
    // Ten seconds to the end, two more, and a millisecond so as not to be early.
    #expect(try await bench.alarms.next() == 12_001)
    bench.wake()
    await bench.loop.settled()
    bench.clock.advance(milliseconds: 12_000)
    bench.wake()
    bench.receive(candle(100, 9), candle(101, 4), candle(102, 5))
    #expect(try await bench.next(4) == ["100 3 closed", "101 4", "101 4 closed", "102 5"])
    await bench.stop()
  }

  @Test func afterABreakTheFinalIsFetched() async throws {
    let rows = [(100, 7), (101, 8)].map { minute, price in
      "[\(Int64(minute) * Self.minute)" + String(repeating: ",\"\(price)\"", count: 5) + "]"
    }.joined(separator: ",")
    let bench = try Bench(now: 100 * Self.minute + 50_000)
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(100, 3))
    #expect(try await bench.next(1) == ["100 3"])
    bench.upstream.answer("/candles") { request in
      // The question for the current candle has no start.
      let body = request.query["start"] == nil ? "[]" : "[\(rows)]"
      return .response(HTTPResponse(.ok, body: .bytes(Array(body.utf8))))
    }
    bench.interrupted(candles)
    bench.clock.advance(milliseconds: 20_000)
    bench.wake()
    #expect(try await bench.next(1) == ["100 7 closed"])
    bench.receive(candle(101, 4))
    #expect(try await bench.next(1) == ["101 4"])
    await bench.stop()
  }

  @Test func onceTheStreamIsThereAgainWhatIsMissingIsAskedForSoon() async throws {
    var terms = RepairTerms()
    terms.jitter = { $0.upperBound }
    let bench = try Bench(now: 100 * Self.minute + 50_000, terms: terms)
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(candle(100, 3))
    #expect(try await bench.next(1) == ["100 3"])
    bench.upstream.answer("/candles") { _ in .response(HTTPResponse(.badRequest)) }
    bench.interrupted(candles)
    bench.clock.advance(milliseconds: 20_000)
    for pause in [1001, 2001, 4001] as [Int64] {
      bench.wake()
      try await bench.alarm(for: pause)
      bench.clock.advance(milliseconds: pause - 1)
    }
    bench.wake()
    try await bench.alarm(for: 8001)
    bench.restored(candles)
    try await bench.alarm(for: 1001)
    await bench.stop()
  }

  @Test func aClockThatIsAheadDoesNotEndACandleEarly() async throws {
    // An hour ahead: the exchange is in minute 100, and says so with every further state of the candle.
    let ahead: Int64 = 3_600_000
    let bench = try Bench(now: 100 * Self.minute + 20_000 + ahead)
    bench.handle(.open(candles, form, lane: 0))
    bench.receive(
      candle(100, 3, at: 100 * Self.minute + 19_000 + ahead), candle(100, 4, at: 100 * Self.minute + 20_000 + ahead))
    #expect(try await bench.next(2) == ["100 3", "100 4"])
    bench.wake()
    await bench.loop.settled()
    bench.clock.advance(milliseconds: 38_000)
    bench.wake()
    bench.receive(candle(100, 5, at: 100 * Self.minute + 58_000 + ahead))
    #expect(try await bench.next(1) == ["100 5"])
    bench.receive(candle(101, 6, at: 101 * Self.minute + 100 + ahead))
    #expect(try await bench.next(2) == ["100 5 closed", "101 6"])
    await bench.stop()
  }

  @Test func tradesOfBeforeAreNoNewsAndMissedOnesAre() async throws {
    let bench = try Bench(now: 0)
    bench.handle(.open(trades, form, lane: 0))
    bench.receive(trade(1, again: true), trade(2, again: true), trade(3))
    #expect(try await bench.next(1) == ["3"])
    bench.interrupted(trades)
    bench.receive(trade(2, again: true), trade(3, again: true), trade(4, again: true), trade(5))
    #expect(try await bench.next(2) == ["4", "5"])
    await bench.stop()
  }
}
