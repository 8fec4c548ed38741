import Model
import Support
import Telemetry
import Testing
import Wire

@testable import Services

private struct RecordingLane: DeliveryLane {
  let inbox = Inbox<String>()

  func post(_ delivery: Delivery) {
    inbox.add(delivery.events.map { "#\($0.sequence) \($0.event.frame(EventForm(rawValue: 1)) != nil)" }.joined())
  }
}

private struct OneEncoder: EventEncoder {
  func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? { SharedBytes([form.rawValue]) }
}

@Suite struct BusOutputTests {
  private let topic = BusTopic.market(Topic(.trades, of: ToyExchange.alpha))
  private let lanes = [RecordingLane(), RecordingLane(), RecordingLane()]
  private let encodings = Counter()

  private var output: BusOutput { BusOutput(lanes: lanes, encoder: OneEncoder(), encodings: encodings) }

  private func request(_ form: EventForm, lane: Int) -> JoinRequest {
    JoinRequest(topic: topic, form: form, lane: lane, ticket: 1, isNumbered: true, since: nil)
  }

  private var trade: BusEvent {
    .market(
      .trade(
        Trade(
          instrument: ToyExchange.alpha, id: .number(1), price: FixedDecimal(1), quantity: FixedDecimal(1),
          aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)))
  }

  @Test func anEventGoesOnceToEachLaneThatWantsItAndIsEncodedOnceAForm() {
    var audience = TopicAudience(epoch: 1)
    let form = EventForm(rawValue: 1)
    for request in [request(form, lane: 0), request(form.compressed, lane: 2), request(form, lane: 2)] {
      audience.add(request)
    }
    #expect(output.publish(trade, on: topic, to: &audience) == 1)
    #expect(output.publish(trade, on: topic, to: &audience) == 2)
    #expect(lanes.map(\.inbox.pending) == [["#1 true", "#2 true"], [], ["#1 true", "#2 true"]])
    #expect(encodings.value == 2)
  }

  @Test func whatNobodyReadsIsNumberedAndNotEncoded() {
    var audience = TopicAudience(epoch: 1)
    #expect(output.publish(trade, on: topic, to: &audience) == 1)
    #expect(encodings.value == 0 && lanes.allSatisfy { $0.inbox.pending.isEmpty })
  }
}
