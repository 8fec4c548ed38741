import Contract
import Model
import Testing

@testable import Services

/// The watch over a whole exchange, in virtual time.
@Suite struct SpikeMonitorStateTests {
  /// An exchange that answers after a while, and what it was asked.
  private struct World {
    typealias Request = SpikeMonitorState.Request
    /// How long an answer takes, in milliseconds.
    static let answerTime: Int64 = 200

    var state: SpikeMonitorState
    let list: [Instrument]
    var now: Timestamp
    var waiting: [(due: Timestamp, request: Request)] = []
    var asked: [(time: Timestamp, question: SpikeMonitorState.Question)] = []
    var spikes: [Spike] = []
    var (cycles, late, mostInFlight) = (0, 0, 0)
    /// What an answer is made of; nothing for a failure.
    var candles: (HistoryQuery, Timestamp) -> [Candle]? = { SpikeSample.candles($0, now: $1) }
    var samples: (HistoryQuery, Timestamp) -> [OpenInterest]? = { SpikeSample.samples($0, now: $1) }
    var volumes: ([Instrument]) -> [InstrumentVolume]? = { list in
      list.enumerated().map { InstrumentVolume(symbol: $1.symbol, quoteVolume: FixedDecimal(1000 - $0)) }
    }

    init(instruments: Int, symbols: Int = 80, start: Timestamp, cycleSeconds: Int64 = 300) {
      list = (0..<instruments).map { SpikeSample.instrument("A\($0)") }
      now = start
      state = SpikeMonitorState(
        symbols: symbols, schedule: SpikeSchedule(cycleMilliseconds: cycleSeconds * 1000), now: start)
    }

    /// Of every answer the last row: enough to see what is asked, and soon done.
    mutating func tellNewestAlone() {
      candles = { query, now in
        let (interval, end) = (query.interval ?? .oneMinute, query.end ?? .epoch)
        return [SpikeSample.candle(query.instrument, interval, opening: end, now: now)]
      }
      samples = { query, now in [SpikeSample.sample(query.instrument, at: query.end ?? .epoch)] }
    }

    mutating func run(until end: Timestamp) {
      obey(state.advance(now: now))
      while true {
        let alarm = now.advanced(byMilliseconds: state.rest(at: now, longest: 60_000))
        let next = min(alarm, waiting.map(\.due).min() ?? .latest)
        guard next < end else { break }
        now = next
        guard let index = waiting.firstIndex(where: { $0.due <= now }) else {
          obey(state.advance(now: now))
          continue
        }
        answer(waiting.remove(at: index).request)
      }
      now = end
    }

    private mutating func answer(_ request: Request) {
      switch request.question {
      case .volumes:
        obey(state.receive(volumes: volumes(list), of: list, number: request.number, now: now))
      case .candles(let query):
        obey(state.receive(candles: candles(query, now), number: request.number, now: now))
      case .openInterest(let query):
        obey(state.receive(samples: samples(query, now), number: request.number, now: now))
      }
    }

    private mutating func obey(_ actions: [SpikeMonitorState.Action]) {
      for action in actions {
        switch action {
        case .ask(let request):
          asked.append((now, request.question))
          waiting.append((now.advanced(byMilliseconds: World.answerTime), request))
          mostInFlight = max(mostInFlight, waiting.count)
        case .report(let spike): spikes.append(spike)
        case .countCycle: cycles += 1
        case .countLate: late += 1
        }
      }
    }

    /// The most requests in any stretch of so many seconds.
    func mostRequests(inSeconds seconds: Int64) -> Int {
      var (most, first) = (0, 0)
      for (index, request) in asked.enumerated() {
        while asked[first].time <= request.time.advanced(byMilliseconds: -seconds * 1000) { first += 1 }
        most = max(most, index - first + 1)
      }
      return most
    }
  }

  private let hour = SpikeSample.hour

  @Test(arguments: [-130, 61] as [Int64])
  func aQuietUniverseCostsAtMost500RequestsInAnyCycleSpreadOverIt(start: Int64) {
    var world = World(instruments: 100, start: hour.advanced(byMilliseconds: start * 1000))
    world.tellNewestAlone()
    world.run(until: hour + (start < 0 ? 1500 : 3900))
    // 80 instruments, 3 timeframes, 2 halves, and the volumes.
    #expect((480...481).contains(world.mostRequests(inSeconds: 300)))
    #expect(world.late == 0 && world.spikes.isEmpty)
    #expect(world.state.watched == 80)
    #expect(world.mostInFlight <= SpikeMonitorState.maxInFlight)
    // The hour's bars: 480 requests within 170 s are three a second.
    #expect(world.mostRequests(inSeconds: 10) <= 32)
    #expect(world.cycles == (start < 0 ? 5 : 12))
    let volumes = world.asked.count { $0.question == .volumes }
    #expect(volumes == (start < 0 ? 1 : 2))
  }

  @Test func allRowsAreThoseOfClosedBarsAndTheFirstQuestionIsFor51() {
    var world = World(instruments: 2, start: hour + 1)
    world.run(until: hour + 1200)
    var queries: [HistoryQuery] = []
    for request in world.asked {
      switch request.question {
      case .candles(let query):
        queries.append(query)
        let end = query.interval?.endTime(ofCandleAt: query.end ?? .latest) ?? .latest
        #expect(end <= request.time)
      case .openInterest(let query):
        queries.append(query)
        #expect(query.end ?? .latest <= request.time)
      case .volumes: continue
      }
    }
    let limits = Dictionary(grouping: queries.map(\.limit)) { $0 }.mapValues(\.count)
    // Two instruments and two halves: 5m and 15m begin in this time; 5m has three bars more, at 10, 15 and 20 minutes.
    #expect(limits == [51: 8, 1: 8])
  }

  @Test func aPlantedBarIsToldOnceAndNoOther() throws {
    var world = World(instruments: 3, start: hour + 1)
    let bar = hour + 1800
    world.samples = { query, now in
      SpikeSample.samples(query, now: now).map { sample in
        sample.instrument.symbol == "A1" && sample.exchangeTime == bar
          ? SpikeSample.sample(sample.instrument, at: bar, value: 6_000_000) : sample
      }
    }
    world.run(until: hour + 3000)
    #expect(world.spikes.map(\.instrument.symbol) == ["A1", "A1"])
    #expect(world.spikes.map(\.timeframe.description).sorted() == ["15m", "5m"])
    #expect(world.spikes.allSatisfy { $0.barEnd == bar && !$0.isConfirmed })
  }

  @Test func aQuestionThatFailsIsAskedAgainWithinThePatience() {
    var world = World(instruments: 1, start: hour + 1)
    var failures = 0
    world.candles = { query, now in
      guard query.interval == SpikeSample.fiveMinutes, failures < 2 else { return SpikeSample.candles(query, now: now) }
      failures += 1
      return nil
    }
    world.run(until: hour + 600)
    #expect(failures == 2 && world.late == 0)
    #expect(world.asked.count { if case .candles = $0.question { true } else { false } } == 3)
  }

  @Test func anExchangeThatAnswersNothingIsAskedABoundedNumberOfTimes() {
    var world = World(instruments: 4, start: hour + 1)
    world.candles = { _, _ in nil }
    world.samples = { _, _ in nil }
    world.run(until: hour + 600)
    #expect(world.late == 4)
    #expect(world.asked.count <= 1 + 4 * 2 * SpikeSchedule.maxAttempts)
  }

  @Test func volumesThatCannotBeHadAreAskedForAgain() {
    var world = World(instruments: 4, start: hour + 1)
    var failures = 0
    world.volumes = { list in
      failures += 1
      return failures < 4 ? nil : list.map { InstrumentVolume(symbol: $0.symbol, quoteVolume: FixedDecimal(1)) }
    }
    world.run(until: hour + 290)
    #expect(failures == 4 && world.state.watched == 4)
  }

  @Test func withoutVolumesTheInstrumentsOfTheHourBeforeStay() {
    var world = World(instruments: 4, start: hour + 1)
    world.run(until: hour + 3000)
    world.volumes = { _ in nil }
    world.run(until: hour + 3900)
    #expect(world.state.watched == 4)
  }

  @Test func whoStaysInTheUniverseKeepsItsPastAndANewcomerBegins() {
    var world = World(instruments: 4, symbols: 2, start: hour + 1)
    world.run(until: hour + 3500)
    world.volumes = { list in
      ["A2", "A0"].map { InstrumentVolume(symbol: $0, quoteVolume: FixedDecimal($0 == "A2" ? 9 : 1)) }
    }
    let before = world.asked.count
    world.run(until: hour + 4100)
    var limits: [String: Set<Int>] = [:]
    for request in world.asked[before...] where request.time >= hour + 3700 {
      guard case .candles(let query) = request.question, query.interval == SpikeSample.fiveMinutes else { continue }
      limits[query.instrument.symbol, default: []].insert(query.limit)
    }
    // A2 is new at 3601 s and first asked for the bar of 3900 s; A0 is known.
    #expect(limits == ["A0": [1], "A2": [51]])
  }

  @Test func afterALeapOfTheClockBackTheWatchGoesOn() {
    var world = World(instruments: 2, start: hour + 1)
    world.run(until: hour + 700)
    let before = world.asked.count
    world.now = hour.advanced(byMilliseconds: -86_400_000)
    world.run(until: hour.advanced(byMilliseconds: -86_400_000) + 400)
    let questions = world.asked[before...].map(\.question)
    #expect(questions.first == .volumes)
    // Two instruments, two halves, one bar.
    #expect(questions.count == 1 + 4)
  }

  @Test func answersToOtherNumbersAreLeftOut() {
    var world = World(instruments: 1, start: hour)
    #expect(world.state.receive(candles: [], number: 7, now: hour).isEmpty)
    #expect(world.state.receive(samples: nil, number: 7, now: hour).isEmpty)
    #expect(world.state.receive(volumes: [], of: [], number: 7, now: hour).isEmpty)
  }

  @Test func noSleepIsLongerThanAllowedAndNoneIsEmpty() {
    var world = World(instruments: 1, start: hour)
    #expect(world.state.rest(at: hour, longest: 60_000) == 1)
    world.run(until: hour + 30)
    #expect(world.state.rest(at: hour + 30, longest: 60_000) == 60_000)
    #expect(world.state.rest(at: hour + 30, longest: 20) == 20)
    #expect(world.state.rest(at: hour + 309, longest: 60_000) == 1000)
  }
}
