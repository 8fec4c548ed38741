import Contract
import Model
import Support
import Telemetry
import Testing
import Wire

@testable import Services

/// A client that keeps what it is given.
private final class Inbox: ClientSink {
  var frames: [String] = []
  var beginnings: [TopicStanding] = []
  var words: [String] = []
  var outcome = DeliveryOutcome.queued
  /// What becomes of a run.
  var runOutcome = RunOutcome.apart
  var runs: [Int] = []

  func deliver(_ run: EventRun, of subscription: ClientSubscription) -> RunOutcome {
    runs.append(run.events.count)
    return runOutcome
  }

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) { beginnings.append(standing) }

  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    guard outcome != .refused else { return .refused }
    if let frame = event.event.frame(subscription.form) { frames.append(String(decoding: frame.bytes, as: UTF8.self)) }
    return outcome
  }

  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) { words.append("\(notice.kind)") }
  func ended(_ subscription: ClientSubscription, reason: String) { words.append(reason) }
}

/// A publisher that keeps what it is told.
private final class Line: LaneLine, @unchecked Sendable {
  var messages: [String] = []

  func post(_ message: LaneMessage) {
    switch message {
    case .join(let request):
      messages.append("join \(request.topic) \(request.form.rawValue) \(request.lane) #\(request.ticket)")
    case .leave(let topic, let form, let lane): messages.append("leave \(topic) \(form.rawValue) \(lane)")
    }
  }
}

private struct PlainEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
    guard case .trade(let trade) = event.market else { return nil }
    return SharedBytes(Array("trade \(trade.price) as \(form.rawValue)".utf8))
  }
}

@Suite struct BusLaneTests {
  private let trades = BusTopic.market(Topic(.trades, of: ToyExchange.alpha))
  private let form = EventForm(rawValue: 1)
  private let other = EventForm(rawValue: 2)
  private let registry = MetricsRegistry()

  private func lane(_ line: Line) -> BusLane {
    let lane = BusLane(index: 3, metrics: BusMetrics(registry))
    lane.publishers = [ToyExchange().id: line]
    lane.feeds = line
    return lane
  }

  private func event(_ price: Int, _ quantity: Int = 1) -> NumberedEvent {
    let trade = Trade(
      instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(price), quantity: FixedDecimal(quantity),
      aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)
    let event = EncodedEvent(.market(.trade(trade)), forms: [form, other], encoder: PlainEncoder())
    return NumberedEvent(event, sequence: UInt64(price))
  }

  private func trade(_ price: Int, _ quantity: Int = 1) -> Delivery { .event(trades, event(price, quantity)) }

  private func admission(_ ticket: UInt64, _ events: NumberedEvent..., notices: [StreamNotice] = []) -> Delivery {
    let standing = TopicStanding(point: ResumePoint(epoch: 5, sequence: ticket), isRecovered: nil)
    return .admission(Admission(ticket: ticket, standing: standing, notices: notices, events: events))
  }

  private func text() -> String { String(decoding: registry.prometheusText, as: UTF8.self) }

  @Test func everyClientAsksAndTheLastOneOfAFormIsToldOf() {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    let wishes = [form, form, other].map { ClientSubscription(trades, form: $0, sink: inbox) }
    for wish in wishes { lane.subscribe(wish) }
    #expect(
      line.messages
        == [
          "join toy/ALPHAUSD/trades 1 3 #1", "join toy/ALPHAUSD/trades 1 3 #2", "join toy/ALPHAUSD/trades 2 3 #3",
        ])
    #expect(lane.subscriptionCount == 3)
    lane.receive(admission(2))
    for wish in wishes { lane.unsubscribe(wish) }
    #expect(line.messages.dropFirst(3) == ["leave toy/ALPHAUSD/trades 1 3", "leave toy/ALPHAUSD/trades 2 3"])
    #expect(lane.subscriptionCount == 0)
    #expect(text().contains(#"marketgate_client_subscriptions{exchange="toy",topic="trades"} 0"#))
  }

  @Test func nothingComesBeforeTheAdmissionAndAllThatFollowsComesAfterIt() {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    let wish = ClientSubscription(trades, form: form, sink: inbox)
    lane.subscribe(wish)
    lane.receive(trade(1))
    #expect(inbox.frames.isEmpty)
    lane.receive(admission(1, event(2)))
    lane.receive(trade(3))
    #expect(inbox.frames == ["trade 2 as 1", "trade 3 as 1"])
    #expect(inbox.beginnings.map(\.point) == [ResumePoint(epoch: 5, sequence: 1)])
  }

  @Test func whoLeavesWhileItWaitsIsNotAdmitted() {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    let wish = ClientSubscription(trades, form: form, sink: inbox)
    lane.subscribe(wish)
    lane.unsubscribe(wish)
    lane.receive(admission(1, event(2)))
    #expect(inbox.frames.isEmpty && inbox.beginnings.isEmpty && lane.subscriptionCount == 0)
  }

  @Test func everyClientGetsItsForm() {
    let (line, first, second) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let wishes = [
      ClientSubscription(trades, form: form, sink: first), ClientSubscription(trades, form: other, sink: second),
    ]
    for wish in wishes { lane.subscribe(wish) }
    for ticket in [1, 2] as [UInt64] { lane.receive(admission(ticket)) }
    lane.receive(trade(5))
    #expect(first.frames == ["trade 5 as 1"])
    #expect(second.frames == ["trade 5 as 2"])
  }

  @Test func whatAFilterLeavesOutIsLeftOutOfTheBeginningToo() {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    let filter = EventFilter(minimumNotional: FixedDecimal(100))
    let wish = ClientSubscription(trades, form: form, filter: filter, sink: inbox)
    lane.subscribe(wish)
    lane.receive(admission(1, event(1), event(200)))
    for delivery in [trade(10, 9), trade(10, 10), trade(11, 10)] { lane.receive(delivery) }
    #expect(inbox.frames == ["trade 200 as 1", "trade 10 as 1", "trade 11 as 1"])
  }

  @Test func aClientThatCanTakeNoMoreIsTakenOutCountedAndHarmsNobody() {
    let (line, slow, quick) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let wishes = [slow, quick].map { ClientSubscription(trades, form: form, sink: $0) }
    for wish in wishes { lane.subscribe(wish) }
    for ticket in [1, 2] as [UInt64] { lane.receive(admission(ticket)) }
    slow.outcome = .refused
    quick.outcome = .conflated
    lane.receive(trade(1))
    lane.receive(trade(2))
    #expect(quick.frames.count == 2)
    #expect(lane.subscriptionCount == 1)
    lane.unsubscribe(wishes[0])
    #expect(lane.subscriptionCount == 1)
    #expect(text().contains(#"marketgate_slow_subscriptions_total{exchange="toy",topic="trades"} 1"#))
    #expect(text().contains(#"marketgate_conflated_events_total{exchange="toy",topic="trades"} 2"#))
  }

  @Test func eventsOfOneTopicBehindEachOtherGoAsOneRun() {
    let (line, whole, apart) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let wishes = [whole, apart].map { ClientSubscription(trades, form: form, sink: $0) }
    for wish in wishes { lane.subscribe(wish) }
    for ticket in [1, 2] as [UInt64] { lane.receive(admission(ticket)) }
    whole.runOutcome = .queued(conflated: 0)
    let notice = StreamNotice(.stale, exchange: ToyExchange().id, since: .epoch, cause: "disconnect")
    lane.receive([trade(1), trade(2), .notice(trades, notice), trade(3), trade(4), trade(5)])
    #expect(whole.runs == [2, 3] && whole.frames.isEmpty && whole.words == ["stale"])
    #expect(apart.runs == [2, 3])
    #expect(apart.frames == (1...5).map { "trade \($0) as 1" })
  }

  @Test func oneEventIsNoRunAndAFilterTakesEventsOneByOne() {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    let filter = EventFilter(minimumNotional: FixedDecimal(3))
    let wishes = [
      ClientSubscription(trades, form: form, sink: inbox),
      ClientSubscription(trades, form: other, filter: filter, sink: inbox),
    ]
    for wish in wishes { lane.subscribe(wish) }
    for ticket in [1, 2] as [UInt64] { lane.receive(admission(ticket)) }
    lane.receive([trade(1)])
    #expect(inbox.runs.isEmpty && inbox.frames == ["trade 1 as 1"])
    lane.unsubscribe(wishes[0])
    lane.receive([trade(2), trade(3), trade(4)])
    #expect(inbox.runs.isEmpty && inbox.frames.dropFirst() == ["trade 3 as 2", "trade 4 as 2"])
  }

  @Test func aRunThatIsRefusedTakesTheClientOutAndConflatedEventsAreCounted() {
    let (line, slow, quick) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let wishes = [slow, quick].map { ClientSubscription(trades, form: form, sink: $0) }
    for wish in wishes { lane.subscribe(wish) }
    for ticket in [1, 2] as [UInt64] { lane.receive(admission(ticket)) }
    slow.runOutcome = .refused
    quick.runOutcome = .queued(conflated: 3)
    lane.receive([trade(1), trade(2)])
    #expect(lane.subscriptionCount == 1 && !wishes[0].isActive)
    #expect(text().contains(#"marketgate_slow_subscriptions_total{exchange="toy",topic="trades"} 1"#))
    #expect(text().contains(#"marketgate_conflated_events_total{exchange="toy",topic="trades"} 3"#))
  }

  @Test func whoEndsWithinARunGetsNoMoreOfIt() {
    let (line, slow) = (Line(), Inbox())
    let lane = lane(line)
    let wish = ClientSubscription(trades, form: form, sink: slow)
    lane.subscribe(wish)
    lane.receive(admission(1))
    slow.outcome = .refused
    lane.receive([trade(1), trade(2), trade(3)])
    #expect(slow.frames.isEmpty && lane.subscriptionCount == 0)
  }

  @Test func leavingInAnyOrderLeavesTheOthers() {
    let line = Line()
    let lane = lane(line)
    let inboxes = (0..<10).map { _ in Inbox() }
    let wishes = inboxes.map { ClientSubscription(trades, form: form, sink: $0) }
    for wish in wishes { lane.subscribe(wish) }
    for ticket in 1...10 { lane.receive(admission(UInt64(ticket))) }
    for index in [0, 9, 4, 5, 1] { lane.unsubscribe(wishes[index]) }
    lane.receive(trade(1))
    #expect(inboxes.map(\.frames.count) == [0, 0, 1, 1, 0, 0, 1, 1, 1, 0])
    #expect(line.messages.count == 10)
  }

  @Test func whatNobodyWantsGoesNowhere() {
    let line = Line()
    lane(line).receive(trade(1))
    #expect(line.messages.isEmpty)
  }

  @Test func noticesReachWhoIsThereAndWhoIsAdmitted() {
    let (line, inbox, late) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let wishes = [inbox, late].map { ClientSubscription(trades, form: form, sink: $0) }
    let notice = StreamNotice(.stale, exchange: ToyExchange().id, since: .epoch, cause: "disconnect")
    lane.subscribe(wishes[0])
    lane.receive(admission(1))
    lane.receive(.notice(trades, notice))
    lane.subscribe(wishes[1])
    lane.receive(admission(2, notices: [notice]))
    #expect(inbox.words == ["stale"] && late.words == ["stale"])
  }

  @Test func anEndTakesOutWhoWasThereAndKeepsWhoHasAskedAnew() {
    let (line, inbox, late) = (Line(), Inbox(), Inbox())
    let lane = lane(line)
    let wishes = [inbox, late].map { ClientSubscription(trades, form: form, sink: $0) }
    lane.subscribe(wishes[0])
    lane.receive(admission(1))
    lane.subscribe(wishes[1])
    lane.receive(.end(trades, reason: "gone"))
    #expect(inbox.words == ["gone"] && late.words.isEmpty)
    #expect(!wishes[0].isActive && lane.subscriptionCount == 1)
    lane.receive(admission(2))
    lane.receive(trade(1))
    #expect(inbox.frames.isEmpty && late.frames.count == 1)
    lane.unsubscribe(wishes[0])
    lane.unsubscribe(wishes[1])
    #expect(line.messages.last == "leave toy/ALPHAUSD/trades 1 3" && line.messages.count == 3)
  }

  @Test func feedsAreAskedForAtTheirPublisher() {
    let (line, inbox) = (Line(), Inbox())
    let lane = lane(line)
    let wish = ClientSubscription(.feed(.liquidations), form: form, sink: inbox)
    lane.subscribe(wish)
    #expect(line.messages == ["join all/liquidations 1 3 #1"])
  }
}
