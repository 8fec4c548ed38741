import Contract
import Testing

@testable import Sessions

@Suite struct SessionStateTests {
  private static let endpoint = StreamEndpoint(name: "market", path: "/market")
  private static let limits = StreamLimits(
    topicsPerConnection: 100, topicsPerMessage: 2, messageSpacingMilliseconds: 150, attemptsPerWindow: 300,
    attemptWindowMilliseconds: 300_000, lifetimeMilliseconds: 86_400_000, ping: .frame(everyMilliseconds: 20_000),
    refusesWholeMessage: false)

  private func topics(_ names: String...) -> Set<UpstreamTopic> {
    Set(names.map { UpstreamTopic(Self.endpoint, $0) })
  }

  private func state(_ limits: StreamLimits = limits) -> SessionState {
    SessionState(limits: limits, backoff: Backoff(first: 500, cap: 10_000, calm: 60_000), seed: 1)
  }

  /// A state with one live connection that carries `a`.
  private func live(at now: Int64 = 0) -> SessionState {
    var state = state()
    #expect(state.want(topics("a"), now: now) == [.connect])
    _ = state.opened(now: now)
    _ = state.signalled(.acknowledged(request: 1), now: now)
    return state
  }

  @Test func nothingWantedNothingConnected() {
    var state = state()
    #expect(state.want([], now: 0) == [])
    #expect(state.phase == .idle)
    #expect(state.nextDeadline == nil)
    #expect(state.tick(now: 1_000_000) == [])
  }

  @Test func theFirstTopicConnectsAndTheOpenConnectionSubscribes() {
    var state = state()
    #expect(state.want(topics("a"), now: 0) == [.connect])
    #expect(state.want(topics("a", "b"), now: 1) == [])
    #expect(state.downSince == 0)
    let actions = state.opened(now: 10)
    #expect(
      actions == [
        .send(.subscribe, [UpstreamTopic(Self.endpoint, "a"), UpstreamTopic(Self.endpoint, "b")], request: 1)
      ])
    #expect(state.downSince == nil)
  }

  @Test func messagesKeepTheDistanceTheExchangeAsks() {
    var state = state()
    _ = state.want(topics("a", "b", "c"), now: 0)
    #expect(state.opened(now: 0).count == 1)
    #expect(state.nextDeadline == 150)
    #expect(state.tick(now: 149) == [])
    #expect(state.tick(now: 150) == [.send(.subscribe, [UpstreamTopic(Self.endpoint, "c")], request: 2)])
  }

  @Test func topicsThatBrokeAreRestoredByTheirConfirmation() {
    var state = state()
    _ = state.want(topics("a", "b", "c"), now: 0)
    _ = state.opened(now: 0)
    _ = state.tick(now: 150)
    #expect(state.signalled(.acknowledged(request: 1), now: 200) == [])
    #expect(state.closed(now: 1000) == [.interrupted(topics("a", "b", "c"), .disconnect)])
    // One nobody wants any more is not restored.
    _ = state.want(topics("a", "c"), now: 1000)
    _ = state.tick(now: 60_000)
    _ = state.opened(now: 60_000)
    #expect(state.signalled(.acknowledged(request: 1), now: 60_100) == [.restored(topics("a", "c")), .returned])
    #expect(state.signalled(.acknowledged(request: 1), now: 60_200) == [])
  }

  @Test func everyKindOfCloseIsFollowedByAPauseThatGrows() {
    var state = state()
    _ = state.want(topics("a"), now: 0)
    var now: Int64 = 0
    var pauses: [Int64] = []
    for _ in 0..<20 {
      _ = state.opened(now: now)
      now += 100
      let actions = state.closed(now: now)
      #expect(actions == [.interrupted(topics("a"), .disconnect), .failed])
      guard case .waiting(let until) = state.phase else {
        Issue.record("no pause after a close")
        return
      }
      pauses.append(until - now)
      #expect(state.tick(now: until - 1) == [])
      #expect(state.tick(now: until) == [.connect])
      now = until
    }
    #expect(state.connectionCount == 21)
    for (earlier, later) in zip(pauses, pauses.dropFirst()).prefix(4) { #expect(earlier <= later) }
    #expect(pauses.allSatisfy { $0 >= 250 && $0 <= 10_000 })
    #expect(pauses.suffix(15).allSatisfy { $0 >= 5000 })
  }

  @Test func aConnectionThatCannotBeMadeIsTriedAgainAfterAPause() {
    var state = state()
    _ = state.want(topics("a"), now: 0)
    #expect(state.closed(now: 50) == [.failed])
    guard case .waiting(let until) = state.phase else {
      Issue.record("no pause after a failed attempt")
      return
    }
    #expect(until > 50)
    #expect(state.downSince == 0)
  }

  @Test func aConnectionThatConfirmedOrRefusedSomethingHasNotFailed() {
    var confirmed = live()
    #expect(!confirmed.closed(now: 10).contains(.failed))
    var refused = state()
    _ = refused.want(topics("a"), now: 0)
    _ = refused.opened(now: 0)
    _ = refused.signalled(.refused(request: 1, reason: "no such topic"), now: 1)
    #expect(!refused.closed(now: 10).contains(.failed))
    var unwanted = state()
    _ = unwanted.want(topics("a"), now: 0)
    _ = unwanted.want([], now: 1)
    #expect(!unwanted.closed(now: 2).contains(.failed))
  }

  @Test func aPauseEndsWhenTheExchangeMayBeBack() {
    var state = live()
    #expect(state.wake(now: 5) == [])
    _ = state.closed(now: 10)
    #expect(state.wake(now: 11) == [.connect])
    #expect(state.wake(now: 12) == [])
    state.postponed(until: 30_000)
    #expect(state.nextDeadline == 30_000)
    #expect(state.wake(now: 13) == [.connect])
    #expect(state.connectionCount == 2)
  }

  @Test func theLastTopicGoneClosesTheConnectionForGood() {
    var state = live()
    #expect(state.want([], now: 5) == [.close("no topic is wanted")])
    #expect(state.closed(now: 6) == [.interrupted(topics("a"), .disconnect)])
    #expect(state.phase == .idle)
    #expect(state.downSince == nil)
  }

  @Test func aTopicWantedWhileClosingIsConnectedForAgain() {
    var state = live()
    _ = state.want([], now: 5)
    #expect(state.want(topics("b"), now: 6) == [])
    _ = state.closed(now: 7)
    guard case .waiting = state.phase else {
      Issue.record("the new topic was forgotten")
      return
    }
  }

  @Test func demandThatEndsDuringAPauseEndsThePause() {
    var state = live()
    _ = state.closed(now: 10)
    #expect(state.want([], now: 20) == [])
    #expect(state.phase == .idle)
  }

  @Test func aPingThatIsNotAnsweredClosesTheConnection() {
    var state = live()
    #expect(state.tick(now: 20_000) == [.ping])
    #expect(state.nextDeadline == 40_000)
    #expect(state.tick(now: 40_000) == [.close("no answer to a ping")])
    _ = state.closed(now: 40_001)
    guard case .waiting = state.phase else {
      Issue.record("no pause after a dead connection")
      return
    }
  }

  /// The other end is gone without a word at any time after the connection opened: found within two ping times.
  @Test(arguments: [5000, 15_000, 20_000, 50_000] as [Int64]) func aHalfOpenConnectionIsFoundWithinTwoPings(
    period: Int64
  ) {
    var limits = Self.limits
    limits.ping = .frame(everyMilliseconds: period)
    var late: [Int64] = []
    for gone in stride(from: 0 as Int64, through: 3 * period, by: 250) {
      var state = state(limits)
      _ = state.want(topics("a"), now: 0)
      _ = state.opened(now: 0)
      _ = state.signalled(.acknowledged(request: 1), now: 0)
      var closed = Int64.max
      for now in stride(from: 0 as Int64, through: 6 * period, by: 250) where closed == .max {
        if now < gone { state.heard() }
        if state.tick(now: now).contains(.close("no answer to a ping")) { closed = now }
      }
      if closed - gone > 2 * period { late.append(gone) }
    }
    #expect(late.isEmpty)
  }

  @Test func topicsAreRenewedOnTheLiveConnectionOnly() {
    var state = live()
    let topic = UpstreamTopic(Self.endpoint, "a")
    #expect(state.renew(topics("a"), now: 200) == [.send(.unsubscribe, [topic], request: 2)])
    #expect(state.tick(now: 350) == [.send(.subscribe, [topic], request: 3)])
    _ = state.closed(now: 400)
    #expect(state.renew(topics("a"), now: 401) == [])
  }

  @Test func anythingHeardAnswersAPing() {
    var state = live()
    _ = state.tick(now: 20_000)
    state.heard()
    #expect(state.tick(now: 40_000) == [.ping])
  }

  @Test func anUnansweredSubscribeMessageClosesTheConnection() {
    var state = state()
    _ = state.want(topics("a"), now: 0)
    _ = state.opened(now: 0)
    state.heard()
    #expect(state.tick(now: SubscriptionLedger.answerDeadline) == [.close("no answer to a subscribe message")])
  }

  @Test func theConnectionIsRolledBeforeTheExchangeCutsIt() {
    var state = live()
    var now: Int64 = 0
    var actions: [SessionState.Action] = []
    while now < 86_400_000, !actions.contains(.succeed("the exchange's connection lifetime is near")) {
      now = state.nextDeadline ?? .max
      actions = state.tick(now: now)
      state.heard()
    }
    #expect(now < 86_400_000 - SessionState.rollMargin + 1)
    #expect(now > 86_400_000 - 2 * SessionState.rollMargin - 1)
    // It goes on, and is closed when the other has taken over.
    #expect(state.tick(now: now + 1) == [])
    #expect(state.retire() == [.close("another connection has taken over")])
    #expect(state.retire() == [])
    #expect(state.closed(now: now + 3000) == [.ended])
    #expect(state.want(topics("a"), now: now + 3001) == [])
  }

  @Test func aConnectionThatIsCutBeforeItsSuccessorHasTakenOverIsInterruptedAndNotTriedAgain() {
    var state = live()
    let reason = "the exchange is about to close the connection"
    #expect(state.signalled(.closingSoon, now: 60_000) == [.succeed(reason)])
    #expect(state.signalled(.closingSoon, now: 60_001) == [])
    #expect(state.closed(now: 60_002) == [.interrupted(topics("a"), .maintenance), .ended])
    #expect(state.nextDeadline == nil)
    #expect(state.retire() == [])
  }

  @Test func aNoticeOfAShutdownOnAYoungConnectionClosesIt() {
    var hasty = live()
    #expect(hasty.signalled(.closingSoon, now: 100) == [.close("the exchange is about to close the connection")])
    #expect(hasty.closed(now: 101) == [.interrupted(topics("a"), .maintenance)])
  }

  @Test func aSuccessorRestoresWhatTheOtherLost() {
    var state = state()
    _ = state.want(topics("a", "b"), now: 0)
    state.inherit(broken: topics("a", "c"), now: 70_000)
    #expect(state.downSince == 70_000)
    _ = state.opened(now: 70_100)
    #expect(state.signalled(.acknowledged(request: 1), now: 70_200) == [.restored(topics("a"))])
  }

  @Test func whatAnotherConnectionCarriesIsNotRestored() {
    var state = live()
    _ = state.closed(now: 10)
    state.kept(topics("a"))
    _ = state.tick(now: 60_000)
    _ = state.opened(now: 60_000)
    #expect(state.signalled(.acknowledged(request: 1), now: 60_100) == [.returned])
  }

  @Test func aConnectionTheExchangeDoesNotAllowYetIsMadeWhenItDoes() {
    var state = state()
    #expect(state.want(topics("a"), now: 0) == [.connect])
    state.postponed(until: 9000)
    #expect(state.connectionCount == 0)
    #expect(state.nextDeadline == 9000)
    #expect(state.tick(now: 8999) == [])
    #expect(state.tick(now: 9000) == [.connect])
    #expect(state.downSince == 0)
  }

  @Test func theFirstConfirmationAfterAFailureIsAReturn() {
    var state = live()
    _ = state.closed(now: 10)
    _ = state.tick(now: 60_000)
    _ = state.closed(now: 60_001)
    _ = state.tick(now: 120_000)
    _ = state.opened(now: 120_000)
    #expect(state.signalled(.acknowledged(request: 1), now: 120_001) == [.restored(topics("a")), .returned])
    #expect(state.signalled(.acknowledged(request: 1), now: 120_002) == [])
  }

  @Test func aCloseThatWasAnnouncedIsMaintenanceAndTheNextOneIsNot() {
    var state = live()
    _ = state.signalled(.closingSoon, now: 100)
    #expect(state.closed(now: 101) == [.interrupted(topics("a"), .maintenance)])
    _ = state.tick(now: 60_000)
    _ = state.opened(now: 60_100)
    #expect(state.closed(now: 60_200) == [.interrupted(topics("a"), .disconnect), .failed])
  }

  @Test func aBanIsToldOfTopicsThatAreBrokenAlready() {
    var state = live()
    _ = state.closed(now: 10)
    _ = state.tick(now: 60_000)
    #expect(state.closed(.ban, now: 60_100) == [.interrupted(topics("a"), .ban), .failed])
    // What was never carried is not broken.
    var fresh = self.state()
    _ = fresh.want(topics("a"), now: 0)
    #expect(fresh.closed(.ban, now: 100) == [.failed])
  }

  @Test func refusedTopicsAreReported() {
    var state = state()
    _ = state.want(topics("bad"), now: 0)
    _ = state.opened(now: 0)
    let actions = state.signalled(.refused(request: 1, reason: "Invalid"), now: 1)
    #expect(actions == [.refused([UpstreamTopic(Self.endpoint, "bad")], reason: "Invalid")])
  }

  @Test func stoppingClosesAndNothingStartsAgain() {
    var state = live()
    #expect(state.stop() == [.close("the gateway stops")])
    #expect(state.closed(now: 5) == [])
    #expect(state.want(topics("b"), now: 6) == [])
    #expect(state.tick(now: 1_000_000) == [])
    var idle = self.state()
    #expect(idle.stop() == [])
  }
}
