import Contract
import Model
import Net
import Sessions
import Support
import Telemetry
import Testing
import Wire

@testable import Services

@Suite(.timeLimit(.minutes(1))) struct CandleBackfillTests {
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "backfill")
    let http: HTTPClient
    let backfill: CandleBackfill

    init() throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop)
      let clock = SystemClock()
      let client = ExchangeClient(
        ToyExchange(), address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
      backfill = CandleBackfill(MarketHistory(ToyExchange(), client: client, clock: clock), clock: clock)
    }

    func stop() async {
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  private func time(_ minute: Int64) -> Timestamp { Timestamp(microseconds: minute * 60_000_000) }

  /// The candle of the running minute: its answer's `Date` is the server's clock.
  private var now: Int64 { SystemClock().wallClock.milliseconds / 60_000 }

  private func rows(_ minutes: Int64...) -> String {
    "[" + minutes.map { #"[\#($0 * 60_000),"1","1","1","1","1"]"# }.joined(separator: ",") + "]"
  }

  @Test func theCurrentCandleIsTheLatestRow() async throws {
    let bench = try Bench()
    let minute = now + 1
    bench.upstream.answer("/candles", body: rows(minute))
    #expect(await bench.backfill.current(ToyExchange.alpha, .oneMinute)?.openTime == time(minute))
    bench.upstream.answer("/candles", body: rows(7))
    #expect(await bench.backfill.current(ToyExchange.alpha, .oneMinute) == nil)
    bench.upstream.answer("/candles", status: .notFound, body: "{}")
    #expect(await bench.backfill.current(ToyExchange.alpha, .oneMinute) == nil)
    await bench.stop()
  }

  @Test func aHoleIsAskedForOnceWithOneRowMore() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: rows(2, 3, 4))
    let page = await bench.backfill.closed(ToyExchange.alpha, .oneMinute, from: time(2), to: time(4))
    #expect(page?.candles.map(\.openTime) == [time(2), time(3), time(4)])
    // Nothing is known of what comes after the last row.
    #expect(page?.from == time(2) && page?.knownThrough == time(4))
    #expect(bench.upstream.targets.count == 1)
    #expect(bench.upstream.targets[0].contains("start=120000&limit=4"))
    await bench.stop()
  }

  @Test func aLaterRowShowsThatThereIsNothingBeforeIt() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", body: rows(2, 5))
    let page = await bench.backfill.closed(ToyExchange.alpha, .oneMinute, from: time(2), to: time(4))
    #expect(page?.candles.map(\.openTime) == [time(2), time(5)] && page?.knownThrough == time(5))
    bench.upstream.answer("/candles", body: "[]")
    let none = await bench.backfill.closed(ToyExchange.alpha, .oneMinute, from: time(7), to: time(7))
    #expect(none?.candles == [] && none?.knownThrough == nil)
    await bench.stop()
  }

  @Test func anExchangeThatCannotBeAskedIsToldFromOneThatHasNothing() async throws {
    let bench = try Bench()
    bench.upstream.answer("/candles", status: .notFound, body: "{}")
    #expect(await bench.backfill.closed(ToyExchange.alpha, .oneMinute, from: time(2), to: time(4)) == nil)
    await bench.stop()
  }
}
