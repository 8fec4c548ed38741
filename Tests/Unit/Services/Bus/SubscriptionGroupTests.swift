import Model
import Support
import Testing
import Wire

@testable import Services

private final class Queue: ClientGroup {
  var keys: [UInt64] = []
  var frames: [Int] = []
  var outcomes: [DeliveryOutcome] = []

  func queue(_ bytes: SharedBytes, frames: Int, conflationKey: UInt64) -> DeliveryOutcome {
    keys.append(conflationKey)
    self.frames.append(frames)
    return outcomes.isEmpty ? .queued : outcomes.removeFirst()
  }

  func disband() {}
}

private final class Nobody: ClientSink {
  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}
  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}
  func ended(_ subscription: ClientSubscription, reason: String) {}
  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome { .queued }
}

private struct OneByte: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? { form.rawValue == 1 ? SharedBytes([1]) : nil }
}

@Suite struct SubscriptionGroupTests {
  private let form = EventForm(rawValue: 1)
  private let queue = Queue()

  private func group(_ form: EventForm? = nil, _ filter: EventFilter = .all) -> SubscriptionGroup {
    SubscriptionGroup(
      ClientSubscription(.feed(.gaps), form: form ?? self.form, filter: filter, sink: Nobody()), queue)
  }

  private func candle(minute: Int64, isClosed: Bool) -> NumberedEvent {
    let candle = Candle(
      instrument: ToyExchange.alpha, interval: .oneMinute, openTime: Timestamp(microseconds: minute * 60_000_000),
      open: FixedDecimal(1), high: FixedDecimal(1), low: FixedDecimal(1), close: FixedDecimal(1),
      baseVolume: FixedDecimal(1), quoteVolume: nil, tradesCount: nil, isClosed: isClosed, receiveTime: .epoch)
    return NumberedEvent(EncodedEvent(.market(.candle(candle)), forms: [form], encoder: OneByte()), sequence: 1)
  }

  @Test func anOpenCandleGoesWithItsKeyAndARunWithout() {
    let open = candle(minute: 0, isClosed: false)
    #expect(group().deliver(EventRun([open])) == (1, 0))
    #expect(group().deliver(EventRun([open, open, candle(minute: 0, isClosed: true)])) == (3, 1))
    #expect(queue.keys == [open.event.conflationKey, 0] && queue.keys[0] != 0)
    #expect(queue.frames == [1, 2])
  }

  @Test func whatTheFilterLeavesOutOrHasNoFormIsQueuedForNobody() {
    var filter = EventFilter.all
    filter.closedOnly = true
    let run = EventRun([candle(minute: 0, isClosed: false), candle(minute: 0, isClosed: true)])
    #expect(group(nil, filter).deliver(run) == (2, 0))
    #expect(group(EventForm(rawValue: 2)).deliver(run) == (2, 0))
    #expect(group(EventForm(rawValue: 2), filter).deliver(run) == (2, 0))
    #expect(queue.keys == [0])
  }

  @Test func saysFromWhereOnItWasRefused() {
    var filter = EventFilter.all
    filter.closedOnly = true
    let events = (0..<3).map { candle(minute: $0, isClosed: true) }
    queue.outcomes = [.conflated, .refused]
    #expect(group(nil, filter).deliver(EventRun(events)) == (1, 1))
    queue.outcomes = [.refused]
    #expect(group().deliver(EventRun(events)) == (0, 0))
  }

  @Test func wantsWhatItsFirstWanted() {
    let filter = EventFilter(minimumNotional: FixedDecimal(1))
    let sink = Nobody()
    let wishes = [(form, EventFilter.all), (EventForm(rawValue: 2), .all), (form, filter)].map {
      ClientSubscription(.feed(.gaps), form: $0.0, filter: $0.1, sink: sink)
    }
    #expect(wishes.map(group().wants) == [true, false, false])
    #expect(wishes.map(group(nil, filter).wants) == [false, false, true])
  }
}
