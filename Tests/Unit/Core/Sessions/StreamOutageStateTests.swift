import Contract
import Testing

@testable import Sessions

@Suite struct StreamOutageStateTests {
  private static let market = StreamEndpoint(name: "market", path: "/market")
  private static let business = StreamEndpoint(name: "business", path: "/business")

  private func state(failures: Int = 5, pause: Int64 = 30_000, seed: UInt64 = 1) -> StreamOutageState {
    StreamOutageState(OutageTerms(failures: failures, pause: pause), seed: seed)
  }

  /// An attempt that may be made and fails.
  private func fail(_ state: inout StreamOutageState, _ endpoint: StreamEndpoint = market, at now: Int64) -> Bool {
    #expect(state.earliest(endpoint, isLeftAlone: false, now: now) == nil)
    state.began(endpoint, now: now)
    return state.failed(endpoint)
  }

  /// One in which an endpoint has failed five times, at the instants 0 to 4.
  private func out(_ endpoint: StreamEndpoint = market) -> StreamOutageState {
    var state = state()
    for now in 0..<5 as Range<Int64> { #expect(fail(&state, endpoint, at: now) == (now == 4)) }
    return state
  }

  @Test func aFewFailuresHoldNobodyBack() {
    var state = state()
    for now in 0..<4 as Range<Int64> { #expect(fail(&state, at: now) == false) }
    #expect(!state.isOpen)
    #expect(state.earliest(Self.market, isLeftAlone: false, now: 4) == nil)
    #expect(state.succeeded(Self.market) == false)
    // They are forgotten with the first success.
    for now in 5..<9 as Range<Int64> { #expect(fail(&state, at: now) == false) }
    #expect(!state.isOpen)
  }

  @Test func afterFiveFailuresOneAttemptIsMadeInAPause() throws {
    var state = out()
    #expect(state.isOpen)
    var now: Int64 = 5
    for _ in 0..<20 {
      let earliest = state.earliest(Self.market, isLeftAlone: false, now: now)
      let time = try #require(earliest)
      // From the beginning of one attempt to that of the next: 30 s to 33 s.
      #expect((29_000...33_000).contains(time - now))
      #expect(state.earliest(Self.market, isLeftAlone: false, now: time - 1) == time)
      #expect(state.earliest(Self.market, isLeftAlone: false, now: time) == nil)
      state.began(Self.market, now: time)
      // Whoever comes while it is under way waits for the next one.
      let second = state.earliest(Self.market, isLeftAlone: false, now: time)
      let next = try #require(second)
      #expect((30_000...33_000).contains(next - time))
      #expect(state.failed(Self.market) == false)
      now = time + 900
    }
  }

  @Test func aSuccessLetsAllGo() {
    var state = out()
    #expect(state.earliest(Self.market, isLeftAlone: false, now: 10) != nil)
    #expect(state.succeeded(Self.market) == true)
    #expect(!state.isOpen)
    for now in 10..<13 as Range<Int64> {
      #expect(state.earliest(Self.market, isLeftAlone: true, now: now) == nil)
      state.began(Self.market, now: now)
    }
    #expect(state.succeeded(Self.market) == false)
  }

  @Test func aSignOfLifeLetsOneGoAndNotMoreOftenThanAPause() {
    var state = out()
    #expect(state.signOfLife(now: 100) == true)
    #expect(state.earliest(Self.market, isLeftAlone: false, now: 100) == nil)
    state.began(Self.market, now: 100)
    #expect(state.earliest(Self.market, isLeftAlone: false, now: 101) != nil)
    #expect(state.failed(Self.market) == false)
    #expect(state.signOfLife(now: 200) == false)
    #expect(state.earliest(Self.market, isLeftAlone: false, now: 201) != nil)
    #expect(state.signOfLife(now: 30_100) == true)
  }

  @Test func aSignThatNobodyWaitsForIsNotUsedUp() {
    var state = state()
    #expect(state.signOfLife(now: 0) == false)
    for now in 1..<6 as Range<Int64> { _ = fail(&state, at: now) }
    #expect(state.signOfLife(now: 7) == true)
  }

  @Test func endpointsThatFailTogetherTakeTurns() throws {
    var state = out()
    for now in 5..<10 as Range<Int64> { #expect(fail(&state, Self.business, at: now) == false) }
    var asked: [StreamEndpoint: Int] = [:]
    var attempts: [Int64] = []
    for now in stride(from: 10 as Int64, to: 330_000, by: 100) {
      for endpoint in [Self.market, Self.business] {
        guard state.earliest(endpoint, isLeftAlone: false, now: now) == nil else { continue }
        state.began(endpoint, now: now)
        _ = state.failed(endpoint)
        attempts.append(now)
        asked[endpoint, default: 0] += 1
      }
    }
    // In 330 s no more than eleven pauses of 30 s, and no less than ten of 33 s.
    #expect((9...11).contains(attempts.count))
    #expect(zip(attempts, attempts.dropFirst()).allSatisfy { $1 - $0 >= 30_000 })
    #expect(abs(asked[Self.market, default: 0] - asked[Self.business, default: 0]) <= 1)
  }

  @Test func anEndpointThatIsThereDoesNotWaitForOneThatIsNot() {
    var state = out()
    #expect(state.earliest(Self.business, isLeftAlone: false, now: 10) == nil)
    state.began(Self.business, now: 10)
    // Its success shows nothing of the other, but lets that try once.
    #expect(state.succeeded(Self.business) == true)
    #expect(state.isOpen)
    #expect(state.earliest(Self.market, isLeftAlone: false, now: 20) == nil)
    state.began(Self.market, now: 20)
    #expect(state.failed(Self.market) == false)
    #expect(state.earliest(Self.market, isLeftAlone: false, now: 21) != nil)
  }

  @Test func whileTheExchangeIsLeftAloneTheFirstFindsOutForAll() {
    var state = state()
    #expect(state.earliest(Self.market, isLeftAlone: true, now: 0) == nil)
    state.began(Self.market, now: 0)
    #expect(state.earliest(Self.market, isLeftAlone: true, now: 1) != nil)
    #expect(state.succeeded(Self.market) == true)
    #expect(state.earliest(Self.market, isLeftAlone: true, now: 2) == nil)
    state.began(Self.market, now: 2)
    #expect(state.succeeded(Self.market) == false)
    // A single loss is asked about at once, and so are the others when that went well.
    state.lost()
    #expect(state.earliest(Self.market, isLeftAlone: true, now: 10) == nil)
    state.began(Self.market, now: 10)
    #expect(state.earliest(Self.market, isLeftAlone: true, now: 11) != nil)
    #expect(state.earliest(Self.market, isLeftAlone: false, now: 11) == nil)
    #expect(state.failed(Self.market) == false)
    #expect(state.earliest(Self.market, isLeftAlone: true, now: 12) != nil)
  }

  @Test func aProbeOverRESTIsTheAttemptOfAPause() throws {
    var state = out()
    state.probed(at: 20_000)
    let later = state.earliest(Self.market, isLeftAlone: true, now: 34_000)
    let time = try #require(later)
    #expect((51_000...53_000).contains(time))
    // The same probe delays once, and an older one not at all.
    state.began(Self.market, now: time)
    let after = state.earliest(Self.market, isLeftAlone: true, now: time)
    let next = try #require(after)
    state.probed(at: 20_000)
    state.probed(at: time)
    #expect(state.earliest(Self.market, isLeftAlone: true, now: time) == next)
    // It delays nobody after a success that came later.
    state.probed(at: next)
    #expect(state.succeeded(Self.market) == true)
    state.lost()
    state.probed(at: next)
    #expect(state.earliest(Self.market, isLeftAlone: true, now: next) == nil)
  }

  /// The streams and the REST side of an exchange that is down: both have their turns, neither asks within 30 s of the other,
  /// and the return is found within a minute.
  @Test(arguments: 0..<20 as Range<UInt64>) func bothSidesTogetherAskOnceInAPause(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var (state, breaker) = (state(seed: seed), CircuitBreaker(.usual))
    let back = Int64.random(in: 600_000...700_000, using: &random)
    var (sessions, streams, probes): ([Int64], [Int64], [Int64]) = ([300, 400], [], [])
    var backoffs = sessions.map { _ in Backoff.streams }
    // A client asks again and again, as many do.
    for now in stride(from: 0 as Int64, to: back + 60_000, by: 50) {
      if let permit = breaker.permit(now: now) {
        if breaker.state(now: now) != .closed { probes.append(now) }
        guard now < back else { break }
        _ = breaker.settle(permit, .failed(reason: "gone"), now: now, using: &random)
      }
      for place in sessions.indices where sessions[place] <= now {
        let isLeftAlone = breaker.state(now: now) != .closed
        if let probe = breaker.lastProbe { state.probed(at: probe) }
        if let time = state.earliest(Self.market, isLeftAlone: isLeftAlone, now: now) {
          sessions[place] = time
          continue
        }
        if state.isOutage(Self.market, isLeftAlone: isLeftAlone) { breaker.hold(until: now + 30_000) }
        state.began(Self.market, now: now)
        streams.append(now)
        _ = state.failed(Self.market)
        sessions[place] = now + backoffs[place].pause(wentWellFor: 0, using: &random)
      }
      if let last = streams.last, last >= back { break }
    }
    let all = (streams + probes).sorted()
    // The circuit opened with the fifth failure of the client, before any stream had been asked for.
    #expect(zip(all, all.dropFirst()).allSatisfy { $1 - $0 >= 30_000 })
    #expect((600_000 / 33_000...700_000 / 30_000 + 1).contains(Int64(all.count)))
    // Pauses of REST double to five minutes: 30, 60, 120, 240 s.
    #expect(probes.count >= 4 && streams.count >= 10)
    #expect(try #require(all.last) >= back && all[all.count - 1] - back <= 34_000)
  }

  /// Many sessions of an exchange that comes back at any time: none asks sooner, and all have data within a minute.
  @Test(arguments: 0..<20 as Range<UInt64>) func dataFlowsWithinAMinuteOfTheReturn(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var state = state(seed: seed)
    var backoffs = Array(repeating: Backoff.streams, count: 8)
    var times = backoffs.indices.map { _ in Int64.random(in: 250...500, using: &random) }
    let back = Int64.random(in: 60_000...300_000, using: &random)
    var attempts: [Int64] = []
    var opened: Int64?
    while attempts.last ?? 0 < back {
      let place = try #require(times.indices.min { times[$0] < times[$1] })
      let now = times[place]
      if let time = state.earliest(Self.market, isLeftAlone: false, now: now) {
        times[place] = time
        continue
      }
      state.began(Self.market, now: now)
      attempts.append(now)
      guard now < back else { break }
      if state.failed(Self.market) { opened = now }
      times[place] = now + backoffs[place].pause(wentWellFor: 0, using: &random)
    }
    let opening = try #require(opened)
    let later = attempts.filter { $0 > opening + 1000 }
    #expect(zip(later, later.dropFirst()).allSatisfy { $1 - $0 >= 30_000 })
    #expect(try #require(attempts.last) - back <= 33_000)
    #expect(state.succeeded(Self.market) == true)
  }
}
