import Contract
import Model
import Testing

@testable import Sessions

@Suite struct StreamSilenceStateTests {
  private static let endpoint = StreamEndpoint(name: "market", path: "/market")

  private func name(_ number: Int) -> UpstreamTopic { UpstreamTopic(Self.endpoint, String(number)) }

  /// Streams of random rates, from 0.001 to 50 messages a second.
  private struct Market {
    var random = RandomWaits(seed: 7)
    var rates: [Double] = []
    var next: [Int64] = []

    init(_ count: Int) {
      for _ in 0..<count {
        let rate = random.rate()
        rates.append(rate)
        next.append(random.wait(mean: 1000 / rate))
      }
    }

    /// Lets time pass for a stream: its messages but for those of a burst.
    mutating func play(_ stream: Int, to now: Int64, _ heard: (Int64) -> Void) {
      while next[stream] <= now {
        heard(next[stream])
        next[stream] += 500 + random.wait(mean: 1000 / rates[stream])
      }
    }
  }

  @Test func whatGoesMuteAmongFiveHundredIsFoundWithinTenSecondsAndNothingElseIs() {
    var market = Market(500)
    var state = StreamSilenceState(limits: SilenceLimits())
    for stream in 0..<500 { state.watch(name(stream), .lively) }
    state.subscribed((0..<500).map(name), now: 0)
    let mute = Set((0..<500).filter { market.rates[$0] >= 1 })
    #expect(mute.count > 100)
    let muteTime: Int64 = 600_000
    var alarms: Set<UpstreamTopic> = []
    var found: Set<UpstreamTopic> = []
    var now: Int64 = 0
    while now < muteTime + 10_000 {
      now += now < muteTime ? 2000 : 500
      for stream in 0..<500 where now <= muteTime || !mute.contains(stream) {
        market.play(stream, to: now) { _ = state.heard(at: stream, now: $0) }
      }
      for case .found(let name, let finding) in state.tick(now: now) {
        if now > muteTime { found.insert(name) }
        if finding.step != .suspected, now <= muteTime || !mute.contains(Int(name.name) ?? -1) { alarms.insert(name) }
      }
    }
    #expect(alarms.isEmpty)
    #expect(found.isSuperset(of: mute.map(name)))
  }

  @Test func aStreamHasItsPlaceUntilItIsNoLongerWatched() {
    var state = StreamSilenceState(limits: SilenceLimits())
    #expect(state.isEmpty)
    state.watch(name(1), .lively)
    state.watch(name(2), .lively)
    state.watch(name(1), .nothing)
    #expect([state.place(of: name(1)), state.place(of: name(2)), state.place(of: name(3))] == [0, 1, nil])
    state.unwatch([name(1), name(3)])
    #expect(state.place(of: name(1)) == nil)
    #expect(state.heard(at: 0, now: 0) == nil)
    #expect(state.heard(at: 9, now: 0) == nil)
    state.watch(name(4), .lively)
    #expect(state.place(of: name(4)) == 0)
    state.unwatch([name(2), name(4)])
    #expect(state.isEmpty)
  }

  @Test func oneQuestionIsAskedAtATime() {
    var state = StreamSilenceState(limits: SilenceLimits())
    for stream in 0..<3 { state.watch(name(stream), .lively) }
    state.subscribed((0..<3).map(name), now: 0)
    let asked = [4000, 4500, 7000, 9500, 10_000].map { state.tick(now: $0) }
    #expect(asked == [[.ask(name(0))], [], [.ask(name(1))], [], [.ask(name(2))]])
  }

  @Test func whatIsProvenOfOneStreamIsDoneForAllThatAreAsSilent() {
    var state = StreamSilenceState(limits: SilenceLimits())
    for stream in 0..<4 { state.watch(name(stream), .lively) }
    let elsewhere = UpstreamTopic(StreamEndpoint(name: "other", path: "/other"), "5")
    state.watch(elsewhere, .lively)
    let silent = (0..<3).map(name) + [elsewhere]
    state.subscribed(silent + [name(3)], now: 0)
    // All but the last one have a rhythm, and fall silent together.
    for now in stride(from: 0 as Int64, through: 60_000, by: 1000) {
      for stream in silent { _ = state.heard(at: state.place(of: stream) ?? -1, now: now) }
    }
    var steps: [String: [StreamWatchState.Step]] = [:]
    var volume = 0
    for now in stride(from: 60_500 as Int64, through: 100_000, by: 500) {
      for action in state.tick(now: now) {
        switch action {
        case .ask(let asked):
          // Only the first one's candle is seen to grow.
          volume += 1
          let reading = TradeReading(openTime: .epoch, volume: FixedDecimal(asked == name(0) ? volume : 0))
          state.answered(reading, on: asked, now: now)
        case .found(_, let finding) where finding.step == .suspected: break
        case .found(let stream, let finding):
          steps[stream.name, default: []].append(finding.step)
          state.subscribed([stream], now: now)
        }
      }
    }
    for stream in 0..<3 { #expect(steps[String(stream)]?.prefix(2) == [.resubscribe, .reconnect]) }
    #expect(steps["5"] == [.resubscribe])
    #expect(steps["3"] == nil)
  }

  @Test func theStandingIsThatOfTheLongestSilence() {
    var state = StreamSilenceState(limits: SilenceLimits())
    state.watch(name(1), .lively)
    state.subscribed([name(1)], now: 0)
    for (now, volume) in [(4000, 1), (12_000, 2)] as [(Int64, Int)] {
      #expect(state.tick(now: now) == [.ask(name(1))])
      state.answered(TradeReading(openTime: .epoch, volume: FixedDecimal(volume)), on: name(1), now: now)
    }
    #expect(state.standing == StreamSilenceState.Standing())
    #expect(state.tick(now: 15_000).count == 1)
    #expect(state.standing == StreamSilenceState.Standing(provenSince: 0, kind: .neverDelivered))
    #expect(state.isSilent(name(1)) && !state.isSilent(name(2)))
    state.interrupted([name(1)])
    #expect(state.isSilent(name(1)))
    state.subscribed([name(1)], now: 20_000)
    #expect(state.heard(at: 0, now: 20_500) == name(1))
    #expect(state.standing == StreamSilenceState.Standing())
    state.refused([name(1)])
    #expect(!state.isSilent(name(1)))
  }
}
