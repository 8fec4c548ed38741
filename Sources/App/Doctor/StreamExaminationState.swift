internal import Contract
internal import Model

/// One topic under examination.
struct StreamSubject: Sendable {
  /// In a few words (`candles 1m`).
  let name: String
  let topic: UpstreamTopic
  let channel: Channel
  /// `nil` for all.
  let instrument: Instrument?
  /// Nothing may happen for a long time, as with liquidations.
  var mayBeQuiet: Bool { channel == .liquidations }

  /// Whether an event is of this topic.
  func includes(_ event: MarketEvent) -> Bool {
    guard instrument == nil || instrument == event.instrument else { return false }
    switch (event, channel) {
    case (.trade, .trades), (.liquidation, .liquidations): return true
    case (.candle(let candle), .candles(let interval)): return candle.interval == interval
    default: return false
    }
  }
}

/// How long is waited for what.
struct DoctorPatience: Sendable {
  /// For the answer to one question, in milliseconds.
  var question: Int64 = 10_000
  /// For the answer to a subscribe message, in milliseconds.
  var acknowledgement: Int64 = 10_000
  /// For the first message of a topic, in milliseconds.
  var data: Int64 = 20_000
}

/// The examination of one stream endpoint over one connection: each topic is asked for by a message of its own. Pure:
/// what happened goes in with its time, what must be done comes out.
struct StreamExaminationState {
  enum Action: Equatable {
    case subscribe(UpstreamTopic, request: Int)
    case report(check: String, DoctorFinding.Result, milliseconds: Int64?)
    /// Nothing is left to be seen.
    case finish
  }

  private struct Course {
    let subject: StreamSubject
    var sent: Int64?
    var isAcknowledged = false
    var firstEvent: Int64?
    var isReported = false
  }

  private let limits: StreamLimits
  private let patience: DoctorPatience
  private let begin: Int64
  private var courses: [Course]
  private var isOpen = false
  private var isFinished = false
  private var nextSend: Int64 = 0
  private var messages = 0
  private var undecodable = 0
  private var firstFault: FrameError?

  init(_ subjects: [StreamSubject], limits: StreamLimits, patience: DoctorPatience, now: Int64) {
    self.limits = limits
    self.patience = patience
    begin = now
    courses = subjects.map { Course(subject: $0) }
  }

  // MARK: Events

  mutating func opened(now: Int64) -> [Action] {
    guard !isOpen, !isFinished else { return [] }
    isOpen = true
    nextSend = now
    return [.report(check: "connect", .ok, milliseconds: now - begin)] + tick(now: now)
  }

  mutating func received(_ events: [MarketEvent], _ signals: [SessionSignal], now: Int64) -> [Action] {
    var actions: [Action] = []
    for signal in signals { actions += take(signal, now) }
    for event in events {
      for index in courses.indices where courses[index].firstEvent == nil && courses[index].subject.includes(event) {
        // What comes before its subscribe message belongs to another topic that carries it too.
        if courses[index].sent != nil { courses[index].firstEvent = now }
      }
    }
    return actions + tick(now: now)
  }

  /// A message was read, or was not.
  mutating func decoded(_ fault: FrameError?) {
    messages += 1
    guard let fault else { return }
    undecodable += 1
    firstFault = firstFault ?? fault
  }

  /// The connection is gone, or could not be made.
  mutating func closed(_ reason: String, now: Int64) -> [Action] {
    guard !isFinished else { return [] }
    var actions: [Action] = []
    if !isOpen { actions.append(.report(check: "connect", .failed(reason), milliseconds: now - begin)) }
    let detail = isOpen ? "the connection ended: \(reason)" : "there is no connection"
    for index in courses.indices where !courses[index].isReported {
      actions.append(report(index, .failed(detail), nil))
    }
    return actions + finish()
  }

  // MARK: Time

  /// When `tick` next has something to do; `nil` when only an event can change anything.
  var nextDeadline: Int64? {
    guard isOpen, !isFinished else { return nil }
    let waiting = courses.filter { !$0.isReported }
    let send = waiting.contains { $0.sent == nil } ? nextSend : .max
    let ends = waiting.compactMap { course in course.sent.map { $0 + end(of: course) } }
    return min(send, ends.min() ?? .max)
  }

  mutating func tick(now: Int64) -> [Action] {
    guard isOpen, !isFinished else { return [] }
    var actions: [Action] = []
    if now >= nextSend, let index = courses.firstIndex(where: { $0.sent == nil && !$0.isReported }) {
      courses[index].sent = now
      nextSend = now + limits.messageSpacingMilliseconds
      actions.append(.subscribe(courses[index].subject.topic, request: index + 1))
    }
    for index in courses.indices where !courses[index].isReported {
      if let result = result(of: courses[index], now) {
        let course = courses[index]
        actions.append(report(index, result, course.firstEvent.flatMap { first in course.sent.map { first - $0 } }))
      }
    }
    return courses.allSatisfy(\.isReported) ? actions + finish() : actions
  }

  // MARK: Parts

  private mutating func take(_ signal: SessionSignal, _ now: Int64) -> [Action] {
    switch signal {
    case .acknowledged(let request):
      if courses.indices.contains(request - 1) { courses[request - 1].isAcknowledged = true }
    case .refused(let request, let reason):
      // An exchange that does not say which message it refuses means the oldest one.
      let oldest = courses.firstIndex { $0.sent != nil && !$0.isAcknowledged && !$0.isReported }
      if let index = request.map({ $0 - 1 }) ?? oldest, courses.indices.contains(index), !courses[index].isReported {
        return [report(index, .failed("the exchange refused it: \(reason)"), nil)]
      }
    case .pong, .closingSoon: break
    }
    return []
  }

  private func end(of course: Course) -> Int64 {
    course.isAcknowledged && course.firstEvent == nil ? patience.data : patience.acknowledgement
  }

  /// `nil` while it is open.
  private func result(of course: Course, _ now: Int64) -> DoctorFinding.Result? {
    guard let sent = course.sent else { return nil }
    if course.isAcknowledged, course.firstEvent != nil { return .ok }
    guard now >= sent + end(of: course) else { return nil }
    switch (course.isAcknowledged, course.firstEvent != nil) {
    case (true, _) where course.subject.mayBeQuiet:
      return .quiet("acknowledged; none happened within \(patience.data / 1000) s")
    case (true, _):
      return .failed(
        "acknowledged, then silent for \(patience.data / 1000) s: the path or the topic's name is probably not the "
          + "exchange's any more (\(course.subject.topic.endpoint.path), \(course.subject.topic.name))")
    case (false, true): return .failed("data comes, but the subscribe message is not acknowledged")
    case (false, false): return .failed("no answer to the subscribe message (\(course.subject.topic.name))")
    }
  }

  private mutating func report(_ index: Int, _ result: DoctorFinding.Result, _ milliseconds: Int64?) -> Action {
    courses[index].isReported = true
    return .report(check: courses[index].subject.name, result, milliseconds: milliseconds)
  }

  private mutating func finish() -> [Action] {
    isFinished = true
    guard messages > 0 else { return [.finish] }
    let result: DoctorFinding.Result =
      if let fault = firstFault {
        .failed("\(undecodable) of \(messages) could not be read; the first: byte \(fault.offset), \(fault.reason)")
      } else {
        .ok
      }
    return [.report(check: "messages", result, milliseconds: nil), .finish]
  }
}
