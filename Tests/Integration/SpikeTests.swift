import Exchanges
import Model
import Net
import Sessions
import Support
import Testing
import Wire

@testable import App

/// The watch for spikes against a scripted exchange, by a clock that the test moves. The scores are Python's
/// (Tests/Fixtures/Spikes/make_bars.py).
@Suite(.serialized, .timeLimit(.minutes(1))) struct SpikeTests {
  /// A gateway that watches two symbols of a scripted exchange.
  private final class Watch: Sendable {
    /// The full hour at which bars of every length end that stand out.
    let hour: Timestamp
    let clock: ManualClock
    let upstream: ToyUpstream
    let application: Application
    let loop = EventLoop(name: "clients")

    /// The gateway starts a hundred seconds before the hour, which is one of the past: no answer's `Date` is before it.
    init(symbols: Int = 2) throws {
      let step = Interval.oneHour
      hour = step.openTime(-2, after: step.openTime(containing: SystemClock().wallClock))
      clock = ManualClock(wallClock: hour.advanced(byMilliseconds: -100_000))
      upstream = try ToyUpstream()
      var tuning = Tuning()
      tuning.proxy = ""
      tuning.clock = clock
      tuning.longestSpikeSleep = 10
      let configuration = Stage.configuration([
        "APP_PORT": "0", "WORKERS": "2", "LOG_LEVEL": "ERROR", "EXCHANGES": "binance", "OI_VOL_EXCHANGES": "binance",
        "OI_VOL_SYMBOLS": "\(symbols)", "OI_VOL_CYCLE_SECONDS": "10", "FEEDS_KEPT": "oi_vol",
        "BINANCE_BASE_URL": upstream.httpAddress,
        "BINANCE_WS_URL": upstream.webSocketAddress,
      ])
      try Watch.script(upstream, hour: hour)
      application = try Application(configuration, source: .live, exchanges: Registry.exchanges, tuning: tuning)
    }

    private static func script(_ upstream: ToyUpstream, hour: Timestamp) throws {
      let symbols = ["AUSDT", "BUSDT", "CUSDT"].map {
        #"{"symbol":"\#($0)","contractType":"PERPETUAL","status":"TRADING","baseAsset":"A","quoteAsset":"USDT"}"#
      }
      upstream.answer("/fapi/v1/exchangeInfo", body: #"{"symbols":[\#(symbols.joined(separator: ","))]}"#)
      upstream.answer("/fapi/v1/fundingInfo", body: "[]")
      let volumes = [("CUSDT", 1), ("AUSDT", 3), ("BUSDT", 2)].map {
        #"{"symbol":"\#($0.0)","quoteVolume":"\#($0.1)"}"#
      }
      upstream.answer("/fapi/v1/ticker/24hr", body: "[\(volumes.joined(separator: ","))]")
      let bars = try Bars(hour: hour)
      upstream.answer("/fapi/v1/klines") { bars.candles($0) }
      upstream.answer("/futures/data/openInterestHist") { bars.samples($0) }
    }

    func stream(_ target: String) -> StreamProbe {
      StreamProbe(
        "ws" + application.address.dropFirst(4) + target, loop: loop, options: WebSocketClientOptions(proxy: ""))
    }

    func asked(_ path: String) -> Int { upstream.targets.count { $0.hasPrefix(path) } }

    /// Candles and samples together.
    var bars: Int { asked("/fapi/v1/klines") + asked("/futures/data/openInterestHist") }

    func stop() async {
      await application.stop()
      await upstream.stop()
      loop.shutdown()
    }
  }

  /// The rows of `bars.tsv`: symbol, the bar's number counted from the hour, turnover, open interest.
  private struct Bars: Sendable {
    private let hour: Int64
    private let rows: [String: (turnover: String, openInterest: String)]

    init(hour: Timestamp) throws {
      self.hour = hour.milliseconds
      var rows: [String: (turnover: String, openInterest: String)] = [:]
      for line in try Fixture.lines("Spikes/bars.tsv") {
        let fields = line.split(separator: "\t").map(String.init)
        rows["\(fields[0]) \(fields[1])"] = (fields[2], fields[3])
      }
      self.rows = rows
    }

    func candles(_ request: HTTPRequest) -> HTTPAnswer {
      answer(request, endIsAfter: true) { end, step, row in
        #"[\#(end - step),"1","1","1","1","1",\#(end - 1),"\#(row.turnover)",1,"1","1","0"]"#
      }
    }

    func samples(_ request: HTTPRequest) -> HTTPAnswer {
      answer(request, endIsAfter: false) { end, _, row in
        #"{"sumOpenInterest":"1","sumOpenInterestValue":"\#(row.openInterest)","timestamp":\#(end)}"#
      }
    }

    private func answer(
      _ request: HTTPRequest, endIsAfter: Bool,
      _ text: (Int64, Int64, (turnover: String, openInterest: String)) -> String
    ) -> HTTPAnswer {
      let steps: [String: Int64] = ["5m": 300_000, "15m": 900_000, "1h": 3_600_000]
      let query = request.query
      guard let step = steps[query["interval"] ?? query["period"] ?? ""],
        let start = query["startTime"].flatMap({ Int64($0) }),
        let end = query["endTime"].flatMap({ Int64($0) }), start <= end, let symbol = query["symbol"]
      else { return .response(HTTPResponse(.badRequest)) }
      let texts = stride(from: start, through: end, by: Int(step)).compactMap { time -> String? in
        let barEnd = endIsAfter ? time + step : time
        return rows["\(symbol) \((barEnd - hour) / step)"].map { text(barEnd, step, $0) }
      }
      return .response(HTTPResponse(.ok, body: .bytes(Array("[\(texts.joined(separator: ","))]".utf8))))
    }
  }

  /// Plays `body` with a watch that has chosen its symbols.
  private func play(_ body: (Watch) async throws -> Void) async throws {
    let watch = try Watch()
    do {
      #expect(await watch.loop.eventually { watch.asked("/fapi/v1/ticker/24hr") == 1 })
      try await body(watch)
    } catch {
      Issue.record(error)
    }
    await watch.stop()
  }

  /// The scores Python found, by symbol and the bar's number: of open interest and of turnover.
  private func scores() throws -> [String: (openInterest: Double, turnover: Double)] {
    var scores: [String: (openInterest: Double, turnover: Double)] = [:]
    for line in try Fixture.lines("Spikes/bars_scores.tsv") {
      let fields = line.split(separator: "\t").map(String.init)
      scores["\(fields[0]) \(fields[1])"] = (try #require(Double(fields[2])), try #require(Double(fields[3])))
    }
    return scores
  }

  private func expect(
    _ message: String, _ symbol: String, bar: Int, _ timeframe: String, at time: Timestamp, isConfirmed: Bool
  ) throws {
    let value = try JSONValue(parsing: message)
    #expect(
      value.members?.map(\.key)
        == ["type", "exchange", "symbol", "timeframe", "z_oi", "z_vol", "confirmed", "timestamp"])
    let score = try #require(try scores()["\(symbol) \(bar)"])
    for (name, expected) in [("z_oi", score.openInterest), ("z_vol", score.turnover)] {
      guard case .number(let text)? = value[name], let own = Double(text) else {
        Issue.record("\(name) is no number: \(message)")
        continue
      }
      #expect(abs(own - expected) <= 1e-9 * max(1, abs(expected)), "\(name) \(text), Python \(expected)")
      #expect(!text.contains("e"))
    }
    #expect(value["type"]?.string == "oi_spike" && value["exchange"]?.string == "binance")
    #expect(value["timeframe"]?.string == timeframe && value["confirmed"]?.bool == isConfirmed)
    #expect(value["timestamp"]?.string == ExchangeText.time(time.milliseconds))
  }

  @Test func eachBarThatStandsOutIsToldOnceWithPythonsScores() async throws {
    try await play { watch in
      let (all, short) = (watch.stream("/ws/oi-vol"), watch.stream("/ws/oi-vol?timeframes=5m"))
      for stream in [all, short] {
        guard case .opened = try await stream.next() else { throw StageError.notLoaded }
      }
      // The bars that end at the hour are not over, so nothing is asked of them.
      watch.clock.advance(milliseconds: 99_000)
      await watch.loop.settled()
      #expect(watch.bars == 0)
      watch.clock.advance(milliseconds: 12_000)
      var told: [String: String] = [:]
      for _ in 0..<6 {
        let message = try #require(await all.nextText())
        let value = try JSONValue(parsing: message)
        told["\(value["symbol"]?.string ?? "") \(value["timeframe"]?.string ?? "")"] = message
      }
      #expect(told.count == 6)
      for (name, message) in told {
        let parts = name.split(separator: " ").map(String.init)
        try expect(message, parts[0], bar: 0, parts[1], at: watch.hour, isConfirmed: parts[0] == "AUSDT")
      }
      #expect(watch.bars == 12)
      // Nothing stands out five minutes later; ten minutes later a bar does.
      for (seconds, bars) in [(Int64(300), 16), (300, 20)] {
        watch.clock.advance(milliseconds: seconds * 1000)
        #expect(await watch.loop.eventually { watch.bars >= bars })
      }
      let later = watch.hour.advanced(byMilliseconds: 600_000)
      let next = try #require(await all.nextText())
      try expect(next, "AUSDT", bar: 2, "5m", at: later, isConfirmed: false)
      var ofShort: [String] = []
      while ofShort.count < 3 { ofShort.append(try #require(await short.nextText())) }
      #expect(Set(ofShort) == [told["AUSDT 5m"], told["BUSDT 5m"], next])
      #expect(watch.bars == 20 && watch.asked("/fapi/v1/ticker/24hr") == 1)
      #expect(!watch.upstream.targets.contains { $0.contains("CUSDT") })
      try await expectPast(Array(told.values) + [next], of: watch)
    }
  }

  /// What was told can be asked for, without its type, ascending.
  private func expectPast(_ told: [String], of watch: Watch) async throws {
    let web = WebClient(watch.application.address, loop: watch.loop, options: HTTPClientOptions(proxy: ""))
    let all = try await web.get("/oi-vol")
    let rows = ExchangeText.objects(all.text)
    let bare = told.map { $0.replacing(#""type":"oi_spike","#, with: "") }
    #expect(rows.sorted() == bare.sorted() && rows.last == bare.last)
    #expect(all.header("x-coverage")?.hasPrefix("since=") == true)
    #expect(all.header("x-coverage")?.contains("missing") == false)
    for (query, part) in [("timeframe=5m", #""timeframe":"5m""#), ("symbol=busdt", #""symbol":"BUSDT""#)] {
      let some = ExchangeText.objects(try await web.get("/oi-vol?\(query)").text)
      #expect(some.sorted() == bare.filter { $0.contains(part) }.sorted() && !some.isEmpty)
    }
    #expect(try await web.get("/oi-vol?timeframe=2h").status == 422)
    #expect(try await web.get("/liquidations").status == 404)
    await web.shutdown()
  }

  @Test func timeframesThatAreNoneAreRefused() async throws {
    try await play { watch in
      for query in ["timeframes=1m", "timeframes=5m,2h", "timeframes=", "timeframes=x"] {
        let closure = try await watch.stream("/ws/oi-vol?\(query)").closure()
        #expect(closure.cause == .peerClosed(.policyViolation), "\(query): \(closure)")
        #expect(closure.reason.hasPrefix("timeframes '"), "\(query): \(closure.reason)")
      }
    }
  }
}
