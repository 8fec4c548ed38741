import Contract
import Model
import Net
import Support
import Telemetry
import Testing
import Wire

@testable import Sessions

@Suite(.timeLimit(.minutes(1))) struct InstrumentListTests {
  private struct Bench {
    let upstream: ToyUpstream
    let loop = EventLoop(name: "client")
    let clock = ManualClock()
    let http: HTTPClient
    let list: InstrumentList

    init(mostStates: Int = InstrumentList.mostStates) throws {
      upstream = try ToyUpstream()
      http = HTTPClient(loop: loop)
      let client = ExchangeClient(
        ToyExchange(), address: upstream.httpAddress, http: http, clock: clock,
        counters: ClientCounters(MetricsRegistry(), exchange: "toy"))
      list = InstrumentList(ToyExchange(), client: client, clock: clock, logger: .silent, mostStates: mostStates)
    }

    func stop() async {
      list.stop()
      await http.shutdown()
      await upstream.stop()
      loop.shutdown()
    }
  }

  @Test func beforeTheFirstLoadThereIsNoListAndACause() throws {
    let bench = try Bench()
    #expect(bench.list.catalog == nil)
    #expect(bench.list.cause == "the instrument list is not loaded yet")
    #expect(bench.list.isRefreshDue)
  }

  @Test func aMissingSymbolRefreshesTheListAtMostOnceAMinute() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    #expect(await bench.list.matchAfterRefresh("ALPHAUSD")?.instrument.symbol == "ALPHAUSD")
    #expect(await bench.list.matchAfterRefresh("NEWUSD") == nil)
    #expect(bench.upstream.targets.count == 1)
    #expect(!bench.list.isRefreshDue)
    bench.clock.advance(milliseconds: InstrumentList.missRefreshPeriod)
    let longer = ToyExchange.instrumentsBody.replacing(
      "[{", with: #"[{"symbol":"NEWUSD","base":"NEW","contract":"1"},{"#)
    bench.upstream.answer("/instruments", body: longer)
    #expect(await bench.list.matchAfterRefresh("NEWUSD")?.instrument.base == "NEW")
    #expect(bench.upstream.targets.count == 2)
    await bench.stop()
  }

  @Test func whatDidNotChangeStaysAsItIs() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    let first = try #require(await bench.list.matchAfterRefresh("ALPHAUSD")).instrument
    bench.clock.advance(milliseconds: InstrumentList.missRefreshPeriod)
    let second = try #require(await bench.list.matchAfterRefresh("ALPHAUSD")).instrument
    #expect(first === second)
    #expect(bench.upstream.targets.count == 2)
    await bench.stop()
  }

  @Test func noMoreListsAreReadThanTheirInstrumentsCanBeKept() async throws {
    let bench = try Bench(mostStates: 1)
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    #expect(Instrument.knownStates >= 1 && ToyExchange.alpha.symbol == "ALPHAUSD")
    #expect(await bench.list.matchAfterRefresh("ALPHAUSD") == nil)
    #expect(bench.list.cause.hasPrefix("instruments have changed more often"))
    #expect(bench.upstream.targets.isEmpty)
    await bench.stop()
  }

  @Test func aFailureKeepsTheOldListAndSaysTheCause() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    _ = await bench.list.matchAfterRefresh("ALPHAUSD")
    bench.clock.advance(milliseconds: InstrumentList.missRefreshPeriod)
    bench.upstream.answer("/instruments", body: "[]")
    #expect(await bench.list.matchAfterRefresh("NEWUSD") == nil)
    #expect(bench.list.catalog?.instruments.count == 2)
    #expect(bench.list.cause == "the exchange's instrument list is empty")
    await bench.stop()
  }

  @Test func thatTheExchangeIsLeftAloneIsNotTheCause() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", body: "nonsense")
    // The fifth opens the circuit, the sixth is the probe, the eighth is not sent for four minutes.
    for _ in 1...8 {
      _ = await bench.list.matchAfterRefresh("ALPHAUSD")
      #expect(bench.list.cause == "the answer is no JSON")
      bench.clock.advance(milliseconds: InstrumentList.missRefreshPeriod)
    }
    #expect((6...7).contains(bench.upstream.targets.count))
    await bench.stop()
  }

  @Test func startingLoadsAndGoesOnUntilItSucceeds() async throws {
    let bench = try Bench()
    let asked = Inbox<Int>()
    let count = Lock(0)
    bench.upstream.answer("/instruments") { _ in
      let number = count.withLock { count in
        count += 1
        return count
      }
      asked.add(number)
      let body = number < 2 ? "nonsense" : ToyExchange.instrumentsBody
      return .response(HTTPResponse(.ok, body: .bytes(Array(body.utf8))))
    }
    bench.list.start()
    while try await asked.next() < 2 {}
    await bench.stop()
  }

  @Test func eachLoadIsToldOfAndAListThatWasStoppedStartsNoMore() async throws {
    let bench = try Bench()
    bench.upstream.answer("/instruments", body: ToyExchange.instrumentsBody)
    let loads = Inbox<Int?>()
    let list = bench.list
    list.onLoad { _ in loads.add(list.catalog?.instruments.count) }
    list.start()
    list.start()
    #expect(try await loads.next() == 2)
    bench.clock.advance(milliseconds: InstrumentList.missRefreshPeriod)
    #expect(await list.matchAfterRefresh("NEWUSD") == nil)
    #expect(try await loads.next() == 2)
    #expect(bench.upstream.targets.count == 2)
    list.stop()
    list.start()
    await bench.loop.settled()
    #expect(bench.upstream.targets.count == 2)
    await bench.stop()
  }

  @Test func aRefreshTellsWhatItChangedAndTheFirstLoadNothing() async throws {
    let bench = try Bench()
    let loads = Inbox<[InstrumentChange]>()
    bench.list.onLoad { loads.add($0) }
    func load(_ body: String) async throws -> [InstrumentChange] {
      bench.upstream.answer("/instruments", body: body)
      bench.clock.advance(milliseconds: InstrumentList.missRefreshPeriod)
      _ = await bench.list.matchAfterRefresh("NONE")
      return try await loads.next()
    }
    #expect(try await load(ToyExchange.instrumentsBody).isEmpty)
    let alone = #"[{"symbol":"ALPHAUSD","base":"ALPHA","contract":"2"}]"#
    let changed = try await load(alone)
    #expect(changed.map(\.kind) == [.changed] && changed.map(\.instrument.symbol) == ["ALPHAUSD"])
    #expect(changed.first?.time == bench.clock.wallClock)
    // BETAUSD is missing: asked for again soon, over when it is still missing.
    #expect(bench.list.usualPause == InstrumentList.missRefreshPeriod)
    #expect(bench.list.catalog?.find("BETAUSD") != nil)
    let gone = try await load(alone)
    #expect(gone.map(\.kind) == [.delisted] && gone.map(\.instrument.symbol) == ["BETAUSD"])
    #expect(bench.list.usualPause == InstrumentList.refreshPeriod)
    #expect(bench.list.catalog?.find("BETAUSD") == nil)
    await bench.stop()
  }
}
