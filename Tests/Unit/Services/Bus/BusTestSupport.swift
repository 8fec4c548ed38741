import Model

@testable import Services

extension PublisherMessage {
  /// A client of a lane wants a topic.
  static func open(
    _ topic: Topic, _ form: EventForm, lane: Int, since: ResumePoint? = nil, isNumbered: Bool = false
  ) -> PublisherMessage {
    .lane(
      .join(
        JoinRequest(
          topic: .market(topic), form: form, lane: lane, ticket: 1, isNumbered: isNumbered, since: since)))
  }

  /// The last client of a lane that wanted a topic in a form has left.
  static func close(_ topic: Topic, _ form: EventForm, lane: Int) -> PublisherMessage {
    .lane(.leave(.market(topic), form, lane: lane))
  }
}

extension Delivery {
  /// The events in it.
  var events: [NumberedEvent] {
    switch self {
    case .event(_, let event): [event]
    case .admission(let admission): admission.events
    case .notice, .end: []
    }
  }
}

extension BusEvent {
  /// The fact from an exchange's stream it is, if it is one.
  var market: MarketEvent? {
    if case .market(let event) = self { event } else { nil }
  }
}
