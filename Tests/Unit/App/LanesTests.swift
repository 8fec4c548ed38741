import Contract
import Model
import Net
import PublicJSON
import Services
import Support
import Testing

@testable import App

/// Counts what it is given.
private final class CountingSink: ClientSink {
  let inbox = Inbox<Bool>()

  func deliver(_ event: EncodedEvent, _ form: EventForm) -> Bool {
    inbox.add(event.frame(form) != nil)
    return true
  }
}

@Suite(.timeLimit(.minutes(1))) struct LanesTests {
  @Test func aDeliveryReachesTheClientsOfItsLoop() async {
    let loop = EventLoop(name: "lane")
    let topic = Topic(.trades, of: ToyExchange.alpha)
    let (lane, sink) = (BusLane(index: 0), CountingSink())
    let inbox = sink.inbox
    let port = LoopLane(lane, loop: loop)
    let (held, bound) = (LoopBound(sink, loop: loop), LoopBound(lane, loop: loop))
    let subscription = LoopBound(ClientSubscription(topic, form: .trade, sink: sink), loop: loop)
    loop.post { bound.value.subscribe(subscription.value) }
    let trade = Trade(
      instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(1), quantity: FixedDecimal(1),
      aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)
    port.post(
      Delivery(topic: topic, event: EncodedEvent(.trade(trade), forms: [.trade], encoder: EventEncoding())))
    #expect(await inbox.next())
    loop.post {
      bound.value.unsubscribe(subscription.value)
      _ = held.value
    }
    await loop.settled()
    loop.shutdown()
  }

  @Test func anAlarmRingsOnceAndTheLastTimeSetCounts() async {
    let loop = EventLoop(name: "alarm")
    let rings = Inbox<Int64>()
    let start = EventLoop.monotonicMilliseconds
    let alarm = LoopBound(LoopAlarm(loop) { rings.add(EventLoop.monotonicMilliseconds - start) }, loop: loop)
    loop.post {
      alarm.value.set(afterMilliseconds: 3_600_000)
      alarm.value.set(afterMilliseconds: 20)
    }
    #expect(await rings.next() >= 20)
    await loop.settled()
    #expect(rings.pending.isEmpty)
    loop.shutdown()
  }
}
