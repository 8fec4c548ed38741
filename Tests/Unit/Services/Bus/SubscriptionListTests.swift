import Support
import Testing

@testable import Services

private final class Nobody: ClientSink {
  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}
  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}
  func ended(_ subscription: ClientSubscription, reason: String) {}
  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome { .queued }
}

@Suite struct SubscriptionListTests {
  @Test func eachKnowsItsPlaceWhoeverLeaves() {
    let sink = Nobody()
    let all = (0..<5).map { _ in ClientSubscription(.feed(.gaps), form: EventForm(rawValue: 1), sink: sink) }
    var list = SubscriptionList()
    for subscription in all { list.append(subscription) }
    #expect(all.map(\.position) == [0, 1, 2, 3, 4])
    list.remove(all[1])
    #expect(all.map(\.position) == [0, -1, 2, 3, 1])
    list.remove(all[3])
    #expect(all.map(\.position) == [0, -1, 2, -1, 1])
    for index in [0, 2, 4] { list.remove(all[index]) }
    #expect(list.all.isEmpty && all.allSatisfy { $0.position == -1 })
    withExtendedLifetime(sink) {}
  }
}
