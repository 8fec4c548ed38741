internal import Net
internal import Services

extension WebSocketConnection {
  /// Sends an event in a form that is a whole frame.
  func deliver(_ event: EncodedEvent, _ form: EventForm) -> DeliveryOutcome {
    guard let frame = event.frame(form) else { return .queued }
    return DeliveryOutcome(send(frame, conflationKey: event.conflationKey))
  }
}

extension DeliveryOutcome {
  /// What a send came to, for the bus.
  init(_ outcome: SendOutcome) {
    switch outcome {
    case .queued: self = .queued
    case .conflated: self = .conflated
    case .refused: self = .refused
    }
  }
}
