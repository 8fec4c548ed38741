import Contract
import Model
import Net
import PublicJSON
import Services
import Support
import Telemetry
import Testing

@testable import App

/// Counts what it is given.
private final class CountingSink: ClientSink {
  let inbox = Inbox<Bool>()

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}
  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}
  func ended(_ subscription: ClientSubscription, reason: String) {}

  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    inbox.add(event.event.frame(subscription.form) != nil)
    return .queued
  }
}

@Suite(.timeLimit(.minutes(1))) struct LanesTests {
  @Test func aDeliveryReachesTheClientsOfItsLoop() async throws {
    let loop = EventLoop(name: "lane")
    let topic = BusTopic.market(Topic(.trades, of: ToyExchange.alpha))
    let (lane, sink) = (BusLane(index: 0, metrics: BusMetrics(MetricsRegistry())), CountingSink())
    let inbox = sink.inbox
    let port = LoopLane(lane, loop: loop)
    let (held, bound) = (LoopBound(sink, loop: loop), LoopBound(lane, loop: loop))
    let subscription = LoopBound(ClientSubscription(topic, form: .trade, sink: sink), loop: loop)
    loop.post { bound.value.subscribe(subscription.value) }
    let standing = TopicStanding(point: ResumePoint(epoch: 1, sequence: 0), isRecovered: nil)
    port.post(.admission(Admission(ticket: 1, standing: standing, notices: [], events: [])))
    let trade = Trade(
      instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(1), quantity: FixedDecimal(1),
      aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)
    port.post(
      .event(
        topic,
        NumberedEvent(
          EncodedEvent(.market(.trade(trade)), forms: [.trade], encoder: EventEncoding()), sequence: 1)))
    #expect(try await inbox.next())
    loop.post {
      bound.value.unsubscribe(subscription.value)
      _ = held.value
    }
    await loop.settled()
    loop.shutdown()
  }

  @Test func anAlarmRingsEarlyRatherThanSleepLong() async throws {
    let loop = EventLoop(name: "alarm")
    let rings = Inbox<Bool>()
    let alarm = LoopBound(LoopAlarm(loop, longest: 5) { rings.add(true) }, loop: loop)
    loop.post { alarm.value.set(afterMilliseconds: 3_600_000) }
    #expect(try await rings.next())
    loop.shutdown()
  }

  @Test func anAlarmRingsOnceAndTheLastTimeSetCounts() async throws {
    let loop = EventLoop(name: "alarm")
    let rings = Inbox<Int64>()
    let start = EventLoop.monotonicMilliseconds
    let alarm = LoopBound(LoopAlarm(loop) { rings.add(EventLoop.monotonicMilliseconds - start) }, loop: loop)
    loop.post {
      alarm.value.set(afterMilliseconds: 3_600_000)
      alarm.value.set(afterMilliseconds: 20)
    }
    #expect(try await rings.next() >= 20)
    await loop.settled()
    #expect(rings.pending.isEmpty)
    loop.shutdown()
  }
}
