public import Wire

/// Events of one topic that came in one turn of a loop. Whoever wants all of them in one form gets them as one piece of
/// bytes, joined once for all: a delivery then costs one reference a client, however many events there were.
///
/// Belongs to the loop of its lane.
public final class EventRun {
  /// Frames behind each other.
  public struct Frames {
    /// All of them.
    public let bytes: SharedBytes
    /// How many.
    public let count: Int
    /// How many states of open candles were left out, as a later one of the same candle is among them.
    public let supersededCount: Int
  }

  /// The events, in their order.
  public let events: [NumberedEvent]
  /// Whether a client who is behind may do with less: then it must be asked about each event by itself.
  public let isConflatable: Bool
  private var joined: [(form: EventForm, frames: Frames)] = []

  /// A run of events of one topic.
  public init(_ events: [NumberedEvent]) {
    self.events = events
    isConflatable = events.contains { $0.event.conflationKey != 0 }
  }

  /// The frames of a form; `nil` when no event has it.
  public func frames(_ form: EventForm) -> Frames? {
    if let known = joined.first(where: { $0.form == form }) { return known.frames }
    guard let frames = join(form) else { return nil }
    joined.append((form, frames))
    return frames
  }

  private func join(_ form: EventForm) -> Frames? {
    var pieces: [SharedBytes] = []
    var superseded = 0
    for (index, event) in events.enumerated() {
      guard let piece = event.event.frame(form) else { continue }
      if isSuperseded(index) { superseded += 1 } else { pieces.append(piece) }
    }
    guard let first = pieces.first else { return nil }
    let bytes = pieces.count == 1 ? first : SharedBytes(joining: pieces)
    return Frames(bytes: bytes, count: pieces.count, supersededCount: superseded)
  }

  private func isSuperseded(_ index: Int) -> Bool {
    let key = events[index].event.conflationKey
    return key != 0 && events[(index + 1)...].contains { $0.event.conflationKey == key }
  }
}

/// What became of a run that was handed to a client.
public enum RunOutcome: Sendable {
  /// It is on its way; so many events gave way to later states.
  case queued(conflated: Int)
  /// The client can take no more and is being closed.
  case refused
  /// The client wants the events one by one.
  case apart
}
