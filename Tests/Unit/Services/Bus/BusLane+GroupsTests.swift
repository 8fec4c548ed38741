import Contract
import Model
import Support
import Telemetry
import Testing
import Wire

@testable import Services

/// What is queued for several clients at once.
private final class Choir: ClientGroup {
  var queued: [String] = []
  var outcome = DeliveryOutcome.queued
  /// Refused from that many on.
  var room = Int.max
  var members: [Singer] = []

  func queue(_ bytes: SharedBytes, frames: Int, conflationKey: UInt64) -> DeliveryOutcome {
    guard queued.count < room else { return .refused }
    queued.append("\(frames): " + String(decoding: bytes.bytes, as: UTF8.self))
    return outcome
  }

  func disband() { for member in members { member.part() } }
}

/// A client that may sing alone and in a choir.
private final class Singer: ClientSink {
  private let lane: BusLane
  let sharesAtAll: Bool
  private(set) var choir: Choir?
  private(set) var subscription: ClientSubscription?
  var alone: [String] = []
  var words: [String] = []
  var outcome = DeliveryOutcome.queued

  init(_ lane: BusLane, sharesAtAll: Bool = true) {
    self.lane = lane
    self.sharesAtAll = sharesAtAll
  }

  func share(_ group: (any ClientGroup)?, of subscription: ClientSubscription) -> (any ClientGroup)? {
    guard sharesAtAll else { return nil }
    self.subscription = subscription
    choir = group as? Choir ?? Choir()
    return choir
  }

  func join() {
    guard let choir, let subscription else { return }
    choir.members.append(self)
    lane.join(subscription)
  }

  func part() {
    guard let subscription else { return }
    choir?.members.removeAll { $0 === self }
    lane.part(subscription)
  }

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}
  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) { words.append("\(notice.kind)") }
  func ended(_ subscription: ClientSubscription, reason: String) {
    words.append(reason)
    part()
  }

  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    guard outcome != .refused else { return .refused }
    if let frame = event.event.frame(subscription.form) { alone.append(String(decoding: frame.bytes, as: UTF8.self)) }
    return outcome
  }
}

private final class Line: LaneLine, @unchecked Sendable {
  func post(_ message: LaneMessage) {}
}

private struct PlainEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
    guard case .market(.trade(let trade)) = event else { return nil }
    return SharedBytes(Array("\(trade.price) as \(form.rawValue),".utf8))
  }
}

@Suite struct BusLaneGroupsTests {
  private let trades = BusTopic.market(Topic(.trades, of: ToyExchange.alpha))
  private let form = EventForm(rawValue: 1)
  private let other = EventForm(rawValue: 2)
  private let registry = MetricsRegistry()

  private func newLane() -> BusLane {
    let lane = BusLane(index: 0, metrics: BusMetrics(registry))
    lane.publishers = [ToyExchange().id: Line()]
    return lane
  }

  private func trade(_ price: Int) -> Delivery {
    let trade = Trade(
      instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(price), quantity: FixedDecimal(1),
      aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)
    let event = EncodedEvent(.market(.trade(trade)), forms: [form, other], encoder: PlainEncoder())
    return .event(trades, NumberedEvent(event, sequence: UInt64(price)))
  }

  /// Subscribed and admitted.
  private func admit(
    _ singer: Singer, _ lane: BusLane, ticket: UInt64, form: EventForm? = nil, filter: EventFilter = .all
  ) -> ClientSubscription {
    let subscription = ClientSubscription(trades, form: form ?? self.form, filter: filter, sink: singer)
    lane.subscribe(subscription)
    let standing = TopicStanding(point: ResumePoint(epoch: 1, sequence: 0), isRecovered: nil)
    lane.receive(.admission(Admission(ticket: ticket, standing: standing, notices: [], events: [])))
    return subscription
  }

  /// Four of one wish; the last three sing in a choir.
  private func quartet(_ lane: BusLane) -> (singers: [Singer], subscriptions: [ClientSubscription]) {
    let singers = (0..<4).map { _ in Singer(lane) }
    let subscriptions = zip(1..., singers).map { admit($1, lane, ticket: $0) }
    for singer in singers.dropFirst() { singer.join() }
    return (singers, subscriptions)
  }

  private func text() -> String { String(decoding: registry.prometheusText, as: UTF8.self) }

  @Test func theFirstSingsAloneAndOthersOfItsWishAreOfferedOneGroup() {
    let lane = newLane()
    let (singers, subscriptions) = quartet(lane)
    #expect(singers[0].choir == nil && singers[1].choir != nil)
    #expect(singers[2].choir === singers[1].choir && singers[3].choir === singers[1].choir)
    lane.receive(trade(1))
    #expect(singers[1].choir?.queued == ["1: 1 as 1,"])
    #expect(singers.map(\.alone) == [["1 as 1,"], [], [], []])
    #expect(lane.subscriptionCount == 4)
    for subscription in subscriptions { lane.unsubscribe(subscription) }
    #expect(lane.subscriptionCount == 0)
    #expect(text().contains(#"marketgate_client_subscriptions{exchange="toy",topic="trades"} 0"#))
  }

  @Test func aRunIsQueuedWholeForAGroupThatTakesAll() {
    let lane = newLane()
    let (singers, _) = quartet(lane)
    lane.receive([trade(1), trade(2), trade(3)])
    #expect(singers[1].choir?.queued == ["3: 1 as 1,2 as 1,3 as 1,"])
    #expect(singers[0].alone == ["1 as 1,", "2 as 1,", "3 as 1,"])
  }

  @Test func whoPartsGetsWhatFollowsAndNothingTwice() {
    let lane = newLane()
    let (singers, _) = quartet(lane)
    lane.receive(trade(1))
    singers[2].part()
    singers[2].part()
    lane.receive(trade(2))
    singers[2].join()
    lane.receive([trade(3), trade(4)])
    #expect(singers[1].choir?.queued == ["1: 1 as 1,", "1: 2 as 1,", "2: 3 as 1,4 as 1,"])
    #expect(singers[2].alone == ["2 as 1,"])
  }

  @Test func formsAndFiltersHaveGroupsOfTheirOwn() {
    let lane = newLane()
    let filter = EventFilter(minimumNotional: FixedDecimal(3))
    var singers: [Singer] = []
    for (ticket, wish) in zip(1..., [(form, EventFilter.all), (other, .all), (form, filter)].flatMap { [$0, $0] }) {
      singers.append(Singer(lane))
      _ = admit(singers[singers.count - 1], lane, ticket: UInt64(ticket), form: wish.0, filter: wish.1)
    }
    for singer in singers { singer.join() }
    lane.receive([trade(2), trade(3), trade(4)])
    #expect(singers.map { $0.choir == nil } == [true, false, true, false, false, false])
    #expect(singers[1].choir?.queued == ["3: 2 as 1,3 as 1,4 as 1,"])
    #expect(singers[3].choir?.queued == ["3: 2 as 2,3 as 2,4 as 2,"])
    #expect(singers[4].choir === singers[5].choir)
    #expect(singers[4].choir?.queued == ["1: 3 as 1,", "1: 4 as 1,"])
  }

  @Test func aTopicHasOnlySoManyGroups() {
    let lane = newLane()
    let singers = (0...BusLane.mostGroups + 1).map { _ in Singer(lane) }
    var subscriptions: [ClientSubscription] = []
    for (index, singer) in singers.enumerated() {
      let filter = EventFilter(minimumNotional: FixedDecimal(index))
      subscriptions.append(admit(singer, lane, ticket: UInt64(index + 1), filter: filter))
    }
    #expect(singers.filter { $0.choir != nil }.count == BusLane.mostGroups)
    #expect(singers[BusLane.mostGroups + 1].choir == nil)
    // With the last one of its wish a group goes, and there is room.
    lane.unsubscribe(subscriptions[1])
    let late = Singer(lane)
    _ = admit(late, lane, ticket: UInt64(singers.count + 1), filter: EventFilter(minimumNotional: FixedDecimal(99)))
    #expect(late.choir != nil)
  }

  @Test func whoCannotShareIsServedByItself() {
    let lane = newLane()
    let (singers, _) = quartet(lane)
    let soloist = Singer(lane, sharesAtAll: false)
    _ = admit(soloist, lane, ticket: 5)
    lane.receive([trade(1), trade(2)])
    #expect(soloist.alone == ["1 as 1,", "2 as 1,"])
    #expect(singers[1].choir?.queued.count == 1)
  }

  @Test func whatGivesWayIsCountedForEachMember() {
    let lane = newLane()
    let (singers, _) = quartet(lane)
    singers[1].choir?.outcome = .conflated
    lane.receive(trade(1))
    #expect(text().contains(#"marketgate_conflated_events_total{exchange="toy",topic="trades"} 3"#))
  }

  @Test func whatAGroupCannotTakeItsMembersGetByThemselves() {
    let lane = newLane()
    let (singers, _) = quartet(lane)
    let filtered = (0..<2).map { _ in Singer(lane) }
    let filter = EventFilter(minimumNotional: FixedDecimal(2))
    for (ticket, singer) in zip(5..., filtered) {
      _ = admit(singer, lane, ticket: UInt64(ticket), filter: filter)
      singer.join()
    }
    singers[1].choir?.room = 0
    filtered[0].choir?.room = 1
    singers[2].outcome = .refused
    lane.receive([trade(1), trade(2), trade(3), trade(4)])
    #expect(singers[1].choir?.queued == [] && singers[1].choir?.members.isEmpty == true)
    #expect(singers[1].alone == (1...4).map { "\($0) as 1," } && singers[3].alone == singers[1].alone)
    // One of them is a slow client of its own.
    #expect(singers[2].alone == [] && lane.subscriptionCount == 5)
    #expect(text().contains(#"marketgate_slow_subscriptions_total{exchange="toy",topic="trades"} 1"#))
    // The first event was queued for both, the others come one by one, and none twice.
    #expect(filtered[0].choir?.queued == ["1: 2 as 1,"])
    for singer in filtered { #expect(singer.alone == ["3 as 1,", "4 as 1,"]) }
  }

  @Test func noticesAndTheEndReachAll() {
    let lane = newLane()
    let (singers, subscriptions) = quartet(lane)
    let notice = StreamNotice(.stale, exchange: ToyExchange().id, since: .epoch, cause: "disconnect")
    lane.receive(.notice(trades, notice))
    lane.receive(.end(trades, reason: "gone"))
    #expect(singers.map(\.words) == Array(repeating: ["stale", "gone"], count: 4))
    #expect(lane.subscriptionCount == 0 && subscriptions.allSatisfy { !$0.isActive })
    #expect(text().contains(#"marketgate_client_subscriptions{exchange="toy",topic="trades"} 0"#))
  }
}
