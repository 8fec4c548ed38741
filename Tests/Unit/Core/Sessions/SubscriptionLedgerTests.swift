import Contract
import Testing

@testable import Sessions

@Suite struct SubscriptionLedgerTests {
  private let endpoint = StreamEndpoint(name: "market", path: "/market")

  private func topics(_ names: String...) -> Set<UpstreamTopic> { Set(names.map { UpstreamTopic(endpoint, $0) }) }

  private func ledger(perMessage: Int = 10, refusesWhole: Bool = false) -> SubscriptionLedger {
    SubscriptionLedger(topicsPerMessage: perMessage, refusesWholeMessage: refusesWhole)
  }

  @Test func whatIsWantedIsAskedForInMessagesOfTheAllowedLength() throws {
    var ledger = ledger(perMessage: 2)
    ledger.want(topics("c", "a", "b"))
    let nextfirst = ledger.nextMessage(now: 0)
    let first = try #require(nextfirst)
    #expect(first.verb == .subscribe)
    #expect(first.topics.map(\.name) == ["a", "b"])
    #expect(first.request == 1)
    let nextsecond = ledger.nextMessage(now: 0)
    let second = try #require(nextsecond)
    #expect(second.topics.map(\.name) == ["c"])
    #expect(second.request == 2)
    #expect(ledger.nextMessage(now: 0)?.request == nil)
    #expect(!ledger.isSettled)
    ledger.acknowledged(1)
    ledger.acknowledged(2)
    #expect(ledger.isSettled)
  }

  @Test func whatIsNoLongerWantedIsClosed() throws {
    var ledger = ledger()
    ledger.want(topics("a", "b"))
    _ = ledger.nextMessage(now: 0)
    ledger.want(topics("b"))
    let nextmessage = ledger.nextMessage(now: 0)
    let message = try #require(nextmessage)
    #expect(message.verb == .unsubscribe)
    #expect(message.topics.map(\.name) == ["a"])
    #expect(ledger.carried == topics("b"))
  }

  @Test func whatIsConfirmedIsKnownUntilItIsClosed() {
    var ledger = ledger(perMessage: 1)
    ledger.want(topics("a", "b"))
    _ = ledger.nextMessage(now: 0)
    _ = ledger.nextMessage(now: 0)
    #expect(ledger.confirmed.isEmpty)
    ledger.acknowledged(2)
    #expect(ledger.confirmed == topics("b") && !ledger.isSettled)
    // What is refused is not waited for.
    _ = ledger.refused(1)
    #expect(ledger.isSettled)
    ledger.want(topics("a"))
    _ = ledger.nextMessage(now: 0)
    #expect(ledger.confirmed.isEmpty)
    ledger.connectionStarted()
    #expect(!ledger.isSettled)
  }

  @Test func whatIsRenewedIsClosedAndThenOpened() throws {
    var ledger = ledger()
    ledger.want(topics("a", "b"))
    _ = ledger.nextMessage(now: 0)
    // Nothing is closed that is not open.
    ledger.renew(topics("a", "c"))
    let closing = ledger.nextMessage(now: 0)
    #expect(closing?.verb == .unsubscribe)
    #expect(closing?.topics.map(\.name) == ["a"])
    let opening = ledger.nextMessage(now: 0)
    #expect(opening?.verb == .subscribe)
    #expect(opening?.topics.map(\.name) == ["a"])
    #expect(!ledger.hasMessage)
  }

  @Test func whatIsNoLongerWantedOrRefusedIsNotRenewed() {
    var ledger = ledger()
    ledger.want(topics("a"))
    _ = ledger.nextMessage(now: 0)
    ledger.renew(topics("a"))
    #expect(ledger.refused(1) == [UpstreamTopic(endpoint, "a")])
    #expect(!ledger.hasMessage)
    ledger.connectionStarted()
    _ = ledger.nextMessage(now: 0)
    ledger.renew(topics("a"))
    ledger.want([])
    #expect(ledger.nextMessage(now: 0)?.verb == .unsubscribe)
    #expect(!ledger.hasMessage)
    ledger.want(topics("a"))
    _ = ledger.nextMessage(now: 0)
    ledger.renew(topics("a"))
    ledger.connectionStarted()
    #expect(ledger.nextMessage(now: 0)?.verb == .subscribe)
  }

  @Test func aNewConnectionStartsFromNothingAndNumbersFromOne() throws {
    var ledger = ledger()
    ledger.want(topics("a"))
    _ = ledger.nextMessage(now: 0)
    ledger.connectionStarted()
    #expect(ledger.carried.isEmpty)
    let nextagain = ledger.nextMessage(now: 5)
    let again = try #require(nextagain)
    #expect(again.topics.map(\.name) == ["a"])
    #expect(again.request == 1)
  }

  @Test func anUnansweredMessageHasADeadline() {
    var ledger = ledger()
    #expect(ledger.answerDeadline == nil)
    ledger.want(topics("a"))
    _ = ledger.nextMessage(now: 100)
    #expect(ledger.answerDeadline == 100 + SubscriptionLedger.answerDeadline)
    ledger.acknowledged(1)
    #expect(ledger.answerDeadline == nil)
  }

  @Test func aRefusedTopicIsNotAskedForAgainOnThisConnection() {
    var ledger = ledger()
    ledger.want(topics("bad"))
    _ = ledger.nextMessage(now: 0)
    #expect(ledger.refused(1).map(\.name) == ["bad"])
    #expect(ledger.nextMessage(now: 0)?.request == nil)
    ledger.connectionStarted()
    #expect(ledger.nextMessage(now: 0)?.request == 1)
  }

  @Test func aMessageRefusedAsAWholeIsAskedAgainInHalvesUntilTheBadTopicStandsAlone() {
    var ledger = ledger(refusesWhole: true)
    ledger.want(topics("a", "b", "bad", "c"))
    var refused: [String] = []
    var accepted: Set<String> = []
    var messages = 0
    while let message = ledger.nextMessage(now: 0), messages < 20 {
      messages += 1
      let names = message.topics.map(\.name)
      if names.contains("bad") {
        refused += ledger.refused(message.request).map(\.name)
      } else {
        accepted.formUnion(names)
        ledger.acknowledged(message.request)
      }
    }
    #expect(refused == ["bad"])
    #expect(accepted == ["a", "b", "c"])
    #expect(ledger.carried == topics("a", "b", "c"))
    #expect(ledger.isSettled)
  }

  @Test func aRefusalWithoutANumberMeansTheOldestMessage() {
    var ledger = ledger(perMessage: 1)
    ledger.want(topics("a", "b"))
    _ = ledger.nextMessage(now: 0)
    _ = ledger.nextMessage(now: 0)
    #expect(ledger.refused(nil).map(\.name) == ["a"])
    #expect(ledger.refused(nil).map(\.name) == ["b"])
    #expect(ledger.refused(nil) == [])
  }

  @Test func aRefusedUnsubscribeRefusesNoTopic() {
    var ledger = ledger()
    ledger.want(topics("a"))
    _ = ledger.nextMessage(now: 0)
    ledger.acknowledged(1)
    ledger.want([])
    _ = ledger.nextMessage(now: 0)
    #expect(ledger.refused(2) == [])
    #expect(ledger.isSettled)
  }
}
