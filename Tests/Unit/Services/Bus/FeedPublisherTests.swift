import Contract
import Model
import Support
import Telemetry
import Testing
import Wire

@testable import Services

private struct RecordingLane: DeliveryLane {
  let inbox = Inbox<String>()

  func post(_ delivery: Delivery) {
    switch delivery {
    case .event(let topic, let event): inbox.add("\(topic) #\(event.sequence)")
    case .admission(let admission):
      let events = admission.events.map { " #\($0.sequence)" }.joined()
      let notices = admission.notices.map { " \($0.exchange) \($0.kind)" }.joined()
      let recovered = admission.standing.isRecovered.map { "\($0)" } ?? "-"
      inbox.add("\(admission.ticket) from \(admission.standing.point.sequence) \(recovered)\(events)\(notices)")
    case .notice(let topic, let notice): inbox.add("\(topic) \(notice.exchange) \(notice.kind)")
    case .end: inbox.add("unexpected")
    }
  }
}

private struct RecordingExchange: PublisherLine {
  let inbox = Inbox<String>()

  func post(_ message: PublisherMessage) {
    if case .feed(let channel, let isWanted) = message { inbox.add("\(channel) \(isWanted)") }
  }
}

private final class RecordingAlarm: PublisherAlarm {
  var milliseconds: [Int64] = []

  func set(afterMilliseconds milliseconds: Int64) { self.milliseconds.append(milliseconds) }
}

private final class RecordingObserver: FeedObserver {
  var seen: [String] = []

  func observe(_ events: [BusEvent], of feed: Feed) { seen.append("\(feed.rawValue) \(events.count)") }
  func observe(_ notice: StreamNotice, of feed: Feed) { seen.append("\(feed.rawValue) \(notice.kind)") }
}

private struct OneEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? { SharedBytes([form.rawValue]) }
}

@Suite struct FeedPublisherTests {
  private struct Bench {
    let lanes = [RecordingLane(), RecordingLane()]
    let exchange = RecordingExchange()
    let alarm = RecordingAlarm()
    let clock = ManualClock()
    let registry = MetricsRegistry()
    let observer = RecordingObserver()
    let publisher: FeedPublisher

    init(held: Set<Feed> = []) {
      publisher = FeedPublisher(
        lanes: lanes, encoder: OneEncoder(), counters: BusCounters(registry, exchange: "all"),
        exchanges: [.liquidations: [ToyExchange().id]], held: held, linger: 5000, clock: clock)
      publisher.publishers = [ToyExchange().id: exchange]
      publisher.alarm = alarm
      publisher.observers = [observer]
      publisher.start()
    }

    func join(_ form: UInt8, lane: Int, ticket: UInt64, since: ResumePoint? = nil) {
      publisher.handle(
        .lane(
          .join(
            JoinRequest(
              topic: .feed(.liquidations), form: EventForm(rawValue: form), lane: lane, ticket: ticket,
              isNumbered: true,
              since: since))))
    }

    func leave(_ form: UInt8, lane: Int) {
      publisher.handle(.lane(.leave(.feed(.liquidations), EventForm(rawValue: form), lane: lane)))
    }

    func publish(_ count: Int) {
      let liquidation = Liquidation(
        instrument: ToyExchange.alpha, liquidated: .long, price: FixedDecimal(1), quantity: FixedDecimal(1),
        exchangeTime: .epoch, receiveTime: .epoch)
      publisher.handle(.events(.liquidations, Array(repeating: .market(.liquidation(liquidation)), count: count)))
    }
  }

  @Test func theFirstClientOpensAFeedAndTheLastOneClosesItAfterALinger() {
    let bench = Bench()
    bench.join(1, lane: 0, ticket: 1)
    bench.join(2, lane: 1, ticket: 1)
    #expect(bench.exchange.inbox.pending == ["liquidations true"])
    bench.leave(1, lane: 0)
    #expect(bench.alarm.milliseconds.isEmpty)
    bench.leave(2, lane: 1)
    #expect(bench.alarm.milliseconds == [5000])
    bench.clock.advance(milliseconds: 4999)
    bench.publisher.wake()
    #expect(bench.exchange.inbox.pending.count == 1 && bench.alarm.milliseconds.last == 1)
    bench.clock.advance(milliseconds: 1)
    bench.publisher.wake()
    #expect(bench.exchange.inbox.pending == ["liquidations true", "liquidations false"])
  }

  @Test func whoComesBackWithinTheLingerMissesNothing() {
    let bench = Bench()
    bench.join(1, lane: 0, ticket: 1)
    bench.publish(1)
    bench.leave(1, lane: 0)
    bench.publish(2)
    #expect(bench.lanes[0].inbox.pending == ["1 from 0 -", "all/liquidations #1"])
    let epoch = bench.publisher.epoch(of: .liquidations) ?? 0
    bench.join(1, lane: 1, ticket: 4, since: ResumePoint(epoch: epoch, sequence: 1))
    #expect(bench.lanes[1].inbox.pending == ["4 from 1 true #2 #3"])
    bench.publisher.wake()
    #expect(bench.exchange.inbox.pending == ["liquidations true"])
  }

  @Test func afterTheLingerANewLifeBegins() {
    let bench = Bench()
    bench.join(1, lane: 0, ticket: 1)
    bench.publish(1)
    let epoch = bench.publisher.epoch(of: .liquidations) ?? 0
    bench.leave(1, lane: 0)
    bench.clock.advance(milliseconds: 5000)
    bench.publisher.wake()
    bench.join(1, lane: 1, ticket: 2, since: ResumePoint(epoch: epoch, sequence: 1))
    #expect(bench.lanes[1].inbox.pending == ["2 from 0 false"])
  }

  @Test func aHeldFeedIsOpenFromTheStartAndNeverCloses() {
    let bench = Bench(held: [.liquidations])
    #expect(bench.exchange.inbox.pending == ["liquidations true"])
    bench.join(1, lane: 0, ticket: 1)
    bench.leave(1, lane: 0)
    bench.clock.advance(milliseconds: 60_000)
    bench.publisher.wake()
    #expect(bench.exchange.inbox.pending == ["liquidations true"])
  }

  @Test func eachEventIsEncodedOnceAForm() {
    let bench = Bench()
    for (form, lane, ticket) in [(1, 0, 1), (1, 1, 1), (2, 1, 2)] as [(UInt8, Int, UInt64)] {
      bench.join(form, lane: lane, ticket: ticket)
    }
    bench.publish(10)
    let text = String(decoding: bench.registry.prometheusText, as: UTF8.self)
    #expect(text.contains(#"marketgate_encodings_total{exchange="all"} 20"#))
    #expect(bench.lanes.map { $0.inbox.pending.filter { $0.hasPrefix("all/") }.count } == [10, 10])
  }

  @Test func observersSeeEverythingThoughNobodyReads() {
    let bench = Bench()
    bench.publish(3)
    let notice = StreamNotice(.stale, exchange: ToyExchange().id, since: .epoch, cause: "disconnect")
    bench.publisher.handle(.notice(.liquidations, notice))
    #expect(bench.observer.seen == ["liquidations 3", "liquidations stale"])
  }

  @Test func aNewcomerHearsWhichExchangesAreBroken() {
    let bench = Bench()
    bench.join(1, lane: 0, ticket: 1)
    let id = ToyExchange().id
    bench.publisher.handle(
      .notice(.liquidations, StreamNotice(.stale, exchange: id, since: .epoch, cause: "disconnect")))
    bench.join(1, lane: 1, ticket: 1)
    bench.publisher.handle(
      .notice(.liquidations, StreamNotice(.recovered, exchange: id, since: .epoch, cause: "disconnect")))
    bench.join(1, lane: 1, ticket: 2)
    #expect(
      bench.lanes[1].inbox.pending
        == ["1 from 0 - toy stale", "all/liquidations toy recovered", "2 from 0 -"])
  }
}
