/// Who wants a topic, by lane and form, and what has been published on it.
struct TopicAudience {
  private(set) var lanes: [Int: Set<EventForm>] = [:]
  private(set) var forms = EventForms.none
  private(set) var log: TopicLog

  init(epoch: UInt64) {
    log = TopicLog(epoch: epoch)
  }

  var isEmpty: Bool { lanes.isEmpty }

  mutating func add(_ request: JoinRequest) {
    if lanes[request.lane, default: []].insert(request.form).inserted { forms = EventForms(lanes.values.joined()) }
    if request.isNumbered { log.keep() }
  }

  /// False when nobody there wanted it.
  mutating func remove(_ form: EventForm, lane: Int) -> Bool {
    guard lanes[lane]?.remove(form) != nil else { return false }
    if lanes[lane]?.isEmpty == true { lanes[lane] = nil }
    forms = EventForms(lanes.values.joined())
    return true
  }

  mutating func append(_ event: BusEvent) -> UInt64 { log.append(event) }

  /// Whether anybody wants its events, or may come back for them.
  var isHeard: Bool { !lanes.isEmpty || log.isKept }

  /// Numbers an event that nobody will ask for.
  mutating func skip() { log.skip() }

  /// What a newcomer begins with. `latest` is the topic's current candle, with its number.
  func beginning(of request: JoinRequest, latest: TopicLog.Entry?) -> (
    standing: TopicStanding, events: [TopicLog.Entry]
  ) {
    let current = latest.map { [$0] } ?? []
    if let since = request.since, let missed = log.entries(after: since) {
      let fresh = current.filter { $0.event.isPassing && $0.sequence > since.sequence }
      return (TopicStanding(point: since, isRecovered: true), missed + fresh)
    }
    let start = ResumePoint(epoch: log.epoch, sequence: latest.map { $0.sequence - 1 } ?? log.sequence)
    return (TopicStanding(point: start, isRecovered: request.since == nil ? nil : false), current)
  }
}
