import Contract
import Exchanges
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import Services

/// The shell around `SpikeMonitorState`: real questions to an exchange on loopback, by a clock that a test moves.
@Suite(.timeLimit(.minutes(1))) struct SpikeMonitorTests {
  /// Counts what it is set to; a test rings it.
  private final class Bell: PublisherAlarm {
    private(set) var times: [Int64] = []
    func set(afterMilliseconds milliseconds: Int64) { times.append(milliseconds) }
  }

  private struct Found: FeedLine {
    let inbox: Inbox<[Spike]>
    func post(_ message: FeedMessage) {
      guard case .events(.spikes, let events) = message else { return }
      inbox.add(events.compactMap { if case .spike(let spike) = $0 { spike } else { nil } })
    }
  }

  private struct Line: SpikeLine {
    let mailbox: Mailbox<SpikeMessage>
    func post(_ message: SpikeMessage) { mailbox.post(message) }
  }

  /// What lives on the loop.
  private final class Parts {
    let monitor: SpikeMonitor
    let bell = Bell()
    var messages = 0

    init(_ monitor: SpikeMonitor) { self.monitor = monitor }
  }

  /// Rows by the questions' own bounds: volume 2,000,000 and a little, open interest 5,000,000 and a little.
  private static func rows(_ request: HTTPRequest, _ row: (Int64, Int64) -> String) -> HTTPAnswer {
    let numbers = ["startTime", "endTime"].compactMap { request.query[$0].flatMap { Int64($0) } }
    guard numbers.count == 2, numbers[0] <= numbers[1] else { return .response(HTTPResponse(.badRequest)) }
    let step: Int64 =
      switch request.query["interval"] ?? request.query["period"] {
      case "5m": 300_000
      case "15m": 900_000
      default: 3_600_000
      }
    let rows = stride(from: numbers[0], through: numbers[1], by: Int(step)).map { row($0, $0 / 300_000 % 7) }
    return .response(HTTPResponse(.ok, body: .bytes(Array("[\(rows.joined(separator: ","))]".utf8))))
  }

  private static func candle(_ time: Int64, _ change: Int64) -> String {
    #"[\#(time),"1","1","1","1","1",\#(time + 299_999),"\#(2_000_000 + change)",1,"1","1","0"]"#
  }

  private static func sample(_ time: Int64, _ value: Int64) -> String {
    #"{"symbol":"BTCUSDT","sumOpenInterest":"1","sumOpenInterestValue":"\#(value)","timestamp":\#(time)}"#
  }

  /// Plays `body` with a monitor of one instrument, whose clock stands one second after a full hour of the past.
  private func play(_ body: (ToyUpstream, ManualClock, LoopBound<Parts>, Inbox<[Spike]>) async throws -> Void)
    async throws
  {
    let upstream = try ToyUpstream()
    upstream.answer("/fapi/v1/exchangeInfo", body: Self.list)
    upstream.answer("/fapi/v1/fundingInfo", body: "[]")
    upstream.answer("/fapi/v1/ticker/24hr", body: #"[{"symbol":"BTCUSDT","quoteVolume":"1"}]"#)
    upstream.answer("/fapi/v1/klines") { Self.rows($0, Self.candle) }
    upstream.answer("/futures/data/openInterestHist") { request in
      Self.rows(request) { Self.sample($0, 5_000_000 + $1) }
    }
    let loop = EventLoop(name: "monitor")
    let http = HTTPClient(loop: loop)
    let start = Interval.oneHour.openTime(-3, after: Interval.oneHour.openTime(containing: SystemClock().wallClock))
    let clock = ManualClock(wallClock: start.advanced(byMilliseconds: 1000))
    let client = ExchangeClient(
      Binance(), address: upstream.httpAddress, http: http, clock: clock,
      counters: ClientCounters(MetricsRegistry(), exchange: "binance"))
    let logger = Logger(label: "test", level: .error, format: .text)
    let list = InstrumentList(Binance(), client: client, clock: clock, logger: logger)
    let inbox = Inbox<[Spike]>()
    let monitor = SpikeMonitor(
      Binance(), client: client, instruments: list, clock: clock,
      counters: SpikeCounters(MetricsRegistry(), exchange: "binance"), symbols: 1, cycleMilliseconds: 10_000)
    let parts = LoopBound(Parts(monitor), loop: loop)
    monitor.feedLine = Found(inbox: inbox)
    monitor.line = Line(
      mailbox: Mailbox(loop: loop) { messages in
        for message in messages { parts.value.monitor.handle(message) }
        parts.value.messages += messages.count
      })
    loop.post { parts.value.monitor.alarm = parts.value.bell }
    list.onLoad { _ in loop.post { parts.value.monitor.handle(SpikeMessage.listed) } }
    list.start()
    do {
      try await body(upstream, clock, parts, inbox)
    } catch {
      Issue.record(error)
    }
    await loop.run { parts.value.monitor.stop() }
    list.stop()
    await http.shutdown()
    await upstream.stop()
    loop.shutdown()
  }

  private static let list = """
    {"symbols":[{"symbol":"BTCUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":"BTC",\
    "quoteAsset":"USDT","filters":[]}]}
    """

  private func asked(_ path: String, _ upstream: ToyUpstream) -> Int {
    upstream.targets.count { $0.hasPrefix(path) }
  }

  /// Rings the alarm and waits until so many answers have come in all.
  private func ring(_ parts: LoopBound<Parts>, answers: Int) async throws {
    await parts.loop.run { parts.value.monitor.wake() }
    #expect(await parts.loop.eventually { await parts.loop.run { parts.value.messages } >= answers })
  }

  @Test func aSpikeIsToldOnceWithItsScores() async throws {
    try await play { upstream, clock, parts, inbox in
      let bar = clock.wallClock.milliseconds - 1000 + 300_000
      upstream.answer("/futures/data/openInterestHist") { request in
        Self.rows(request) { Self.sample($0, $0 == bar ? 6_000_000 : 5_000_000 + $1) }
      }
      #expect(await parts.loop.eventually { await parts.loop.run { parts.value.messages } == 1 })
      clock.advance(milliseconds: 310_000)
      try await ring(parts, answers: 3)
      let spikes = try await inbox.next()
      #expect(spikes.map(\.instrument.symbol) == ["BTCUSDT"])
      #expect(spikes.map(\.barEnd.milliseconds) == [bar])
      #expect(spikes.first?.openInterestScore ?? 0 > 1000)
      try await ring(parts, answers: 3)
      #expect(inbox.pending.isEmpty)
      #expect(asked("/fapi/v1/klines", upstream) == 1 && asked("/futures/data", upstream) == 1)
      #expect(asked("/fapi/v1/ticker/24hr", upstream) == 1)
    }
  }

  @Test func aQuestionThatFailsComesAgainLater() async throws {
    try await play { upstream, clock, parts, inbox in
      upstream.answer("/futures/data/openInterestHist", status: .badRequest, body: #"{"code":-1130,"msg":"no"}"#)
      #expect(await parts.loop.eventually { await parts.loop.run { parts.value.messages } == 1 })
      clock.advance(milliseconds: 310_000)
      try await ring(parts, answers: 3)
      let sleep = await parts.loop.run { parts.value.bell.times.last }
      #expect(sleep == SpikeSchedule.retryPause)
      clock.advance(milliseconds: 20_000)
      try await ring(parts, answers: 4)
      #expect(asked("/fapi/v1/klines", upstream) == 1 && asked("/futures/data", upstream) == 2)
    }
  }

  @Test func aStoppedMonitorAsksNothing() async throws {
    try await play { upstream, clock, parts, inbox in
      #expect(await parts.loop.eventually { await parts.loop.run { parts.value.messages } == 1 })
      await parts.loop.run { parts.value.monitor.stop() }
      clock.advance(milliseconds: 310_000)
      await parts.loop.run {
        parts.value.monitor.wake()
        parts.value.monitor.handle(.listed)
        parts.value.monitor.handle(.candles(1, nil))
      }
      #expect(asked("/fapi/v1/klines", upstream) == 0)
      #expect(await parts.loop.run { parts.value.monitor.line == nil && parts.value.monitor.alarm == nil })
    }
  }

  @Test func onlyAnExchangeThatAnswersEverythingCanBeWatched() {
    #expect(SpikeMonitor.canWatch(Binance()) && SpikeMonitor.canWatch(Bybit()))
    #expect(
      !SpikeMonitor.canWatch(Okx()) && !SpikeMonitor.canWatch(Hyperliquid()) && !SpikeMonitor.canWatch(ToyExchange()))
  }
}
