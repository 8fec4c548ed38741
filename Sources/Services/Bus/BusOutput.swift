internal import Telemetry

/// The way from a publisher to all lanes: encodes an event once, whoever wants it.
struct BusOutput {
  let lanes: [any DeliveryLane]
  let encoder: any EventEncoder
  let encodings: Counter

  /// Numbers an event and sends it to everyone who wants the topic. Returns its number.
  func publish(_ event: BusEvent, on topic: BusTopic, to audience: inout TopicAudience) -> UInt64 {
    let sequence = audience.append(event)
    guard !audience.isEmpty else { return sequence }
    let numbered = NumberedEvent(encoded(event, audience.forms), sequence: sequence)
    for lane in audience.lanes.keys { lanes[lane].post(.event(topic, numbered)) }
    return sequence
  }

  /// Tells a newcomer where it begins.
  func admit(
    _ request: JoinRequest, of audience: TopicAudience, latest: TopicLog.Entry?, notices: [StreamNotice]
  ) {
    let (standing, entries) = audience.beginning(of: request, latest: latest)
    let events = entries.map { NumberedEvent(encoded($0.event, EventForms([request.form])), sequence: $0.sequence) }
    lanes[request.lane].post(
      .admission(Admission(ticket: request.ticket, standing: standing, notices: notices, events: events)))
  }

  /// Tells everyone who wants a topic something about it.
  func post(_ delivery: Delivery, to audience: TopicAudience) {
    for lane in audience.lanes.keys { lanes[lane].post(delivery) }
  }

  private func encoded(_ event: BusEvent, _ forms: EventForms) -> EncodedEvent {
    encodings.increment(by: UInt64(forms.plain.count))
    return EncodedEvent(event, forms: forms, encoder: encoder)
  }
}
