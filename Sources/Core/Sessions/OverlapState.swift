internal import Model

/// Two connections carry the same topics for a while, as one takes the place of the other: decides what of theirs is handed
/// on, so that every event is, once, and in the order of the exchange.
///
/// The new connection begins somewhere in the stream, mostly ahead of what the old one has brought. What it brings of a
/// topic is held until the old one has brought that too: there the lanes have met. From then on both are the same sequence,
/// and of each event the first to come is handed on, the second dropped; whichever lane is ahead, none is out of order.
struct OverlapState {
  /// Events of one topic held before its lanes have met; more, and they are taken to have met.
  static let maxHeld = 1024

  private struct Meeting {
    var hasMet = false
    /// Of the new lane.
    var held: [MarketEvent] = []
    /// How far the old lane has come.
    var oldTime: Timestamp?
    /// The last candle handed on, and who brought it.
    var candle: (last: Candle, lane: OverlapLane)?
  }

  private var memory: OverlapMemory
  private var meetings: [Topic: Meeting] = [:]
  private var hasOldEnded = false
  /// Events that were dropped, as the other connection had brought them.
  private(set) var dropped = 0

  init(remembered: Int = OverlapMemory.remembered) {
    memory = OverlapMemory(limit: remembered)
  }

  /// Whether the new lane has spoken of a topic where the old one has not come yet.
  var isApart: Bool { meetings.values.contains { !$0.held.isEmpty } }

  /// What is to be handed on now that a lane has brought events.
  mutating func receive(_ events: [MarketEvent], from lane: OverlapLane) -> [MarketEvent] {
    var handedOn: [MarketEvent] = []
    handedOn.reserveCapacity(events.count)
    for event in events {
      let topic = event.topic
      // Taken out, so that what is held is not copied for each event.
      var meeting = meetings.removeValue(forKey: topic) ?? Meeting()
      switch lane {
      case .old: receiveOld(event, &meeting, &handedOn)
      case .new: receiveNew(event, &meeting, &handedOn)
      }
      meetings[topic] = meeting
    }
    return handedOn
  }

  /// The new connection was lost while the old one stands: it will begin anew, somewhere else in the stream.
  mutating func newLaneBroke() {
    for topic in meetings.keys {
      meetings[topic]?.hasMet = false
      meetings[topic]?.held = []
    }
  }

  /// The old connection brings nothing more. Gives what is to be handed on now, and the topics whose lanes never met,
  /// though the new one has spoken: what was between them may be lost.
  mutating func oldLaneEnded() -> (events: [MarketEvent], apart: Set<Topic>) {
    hasOldEnded = true
    var handedOn: [MarketEvent] = []
    var apart: Set<Topic> = []
    for topic in meetings.keys.sorted(by: { $0.description < $1.description }) {
      guard var meeting = meetings.removeValue(forKey: topic) else { continue }
      if !meeting.held.isEmpty { apart.insert(topic) }
      meet(&meeting, &handedOn)
      meetings[topic] = meeting
    }
    return (handedOn, apart)
  }

  // MARK: Parts

  private mutating func receiveOld(_ event: MarketEvent, _ meeting: inout Meeting, _ handedOn: inout [MarketEvent]) {
    if let time = event.exchangeTime { meeting.oldTime = max(meeting.oldTime ?? time, time) }
    handOn(event, from: .old, &meeting, &handedOn)
    if let first = meeting.held.first, hasReached(first, meeting) { meet(&meeting, &handedOn) }
  }

  private mutating func receiveNew(_ event: MarketEvent, _ meeting: inout Meeting, _ handedOn: inout [MarketEvent]) {
    if meeting.hasMet || hasOldEnded { return handOn(event, from: .new, &meeting, &handedOn) }
    meeting.held.append(event)
    guard meeting.held.count > OverlapState.maxHeld || hasReached(meeting.held[0], meeting) else { return }
    meet(&meeting, &handedOn)
  }

  private mutating func meet(_ meeting: inout Meeting, _ handedOn: inout [MarketEvent]) {
    let held = meeting.held
    meeting.held = []
    meeting.hasMet = true
    for event in held { handOn(event, from: .new, &meeting, &handedOn) }
  }

  private mutating func handOn(
    _ event: MarketEvent, from lane: OverlapLane, _ meeting: inout Meeting, _ handedOn: inout [MarketEvent]
  ) {
    if case .candle(let candle) = event {
      if let (last, bringer) = meeting.candle, bringer != lane, !candle.isLater(than: last) {
        dropped += 1
        return
      }
      meeting.candle = (candle, lane)
    } else if !memory.receive(event, from: lane) {
      dropped += 1
      return
    }
    handedOn.append(event)
  }

  /// Whether the old lane has come to an event of the new one, or past it.
  private func hasReached(_ event: MarketEvent, _ meeting: Meeting) -> Bool {
    if case .candle(let candle) = event { return meeting.candle.map { !candle.isLater(than: $0.last) } ?? false }
    if memory.knows(event) { return true }
    guard let oldTime = meeting.oldTime, let time = event.exchangeTime else { return false }
    return oldTime > time
  }
}

extension MarketEvent {
  /// The exchange's time of a trade or a liquidation; a candle has none.
  fileprivate var exchangeTime: Timestamp? {
    switch self {
    case .trade(let trade): trade.exchangeTime
    case .liquidation(let liquidation): liquidation.exchangeTime
    case .candle: nil
    }
  }
}

extension Candle {
  /// Whether it is a later state than another of the same topic, by what grows.
  fileprivate func isLater(than other: Candle) -> Bool {
    if openTime != other.openTime { return openTime > other.openTime }
    if isClosed != other.isClosed { return isClosed }
    if isClosed { return false }
    if let count = tradesCount, let otherCount = other.tradesCount, count != otherCount { return count > otherCount }
    return baseVolume > other.baseVolume
  }
}
