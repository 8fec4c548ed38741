internal import Contract
internal import Model
internal import Net
internal import PublicJSON
internal import Services

/// One stream of a multiplex client: what the bus delivers becomes messages with the stream's name and number before the
/// shared bytes. Belongs to the client's loop.
final class MultiplexSubscription: ClientSink {
  private enum Held {
    case event(NumberedEvent)
    case notice(StreamNotice)
    case end(String)
  }

  /// As the client wrote it.
  let stream: String
  /// Of all the client's subscriptions, in the order of asking.
  let number: UInt64
  /// The command that is not answered yet; until then all that comes is held.
  private(set) var pending: PendingSubscribe?
  /// The last point the client knows of; `nil` before it has been told where the stream begins.
  private(set) var reached: ResumePoint?
  /// What was replaced unsent and has not been told.
  var lag = LagState()
  /// What must be asked of a fresh list before it can join.
  private(set) var question: SymbolQuestion?

  private let target: StreamTarget
  private let since: ResumePoint?
  private unowned let client: MultiplexClient
  private var match: InstrumentMatch?
  private var subscription: ClientSubscription?
  private var conflation: CandleConflation?
  private var standing: ResumePoint?
  private var held: [Held] = []
  private var head = ""
  private var revisionHead = ""

  init(
    _ stream: String, number: UInt64, target: StreamTarget, since: ResumePoint?, pending: PendingSubscribe,
    client: MultiplexClient
  ) {
    self.stream = stream
    self.number = number
    self.target = target
    self.since = since
    self.pending = pending
    self.client = client
  }

  // MARK: Beginning and end

  /// Looks the symbol up; what is not in the list is a question to a fresh one.
  func find(with lookup: ExchangeLookup, _ request: StreamRequest) throws(APIError) {
    match = try lookup.knownMatch(request.symbol, on: request.connector)
    if match == nil { question = SymbolQuestion(symbol: request.symbol, connector: request.connector) }
  }

  /// The symbol was in a fresh list.
  func found(_ match: InstrumentMatch) { self.match = match }

  /// Asks the bus. Does nothing while the symbol is not known.
  func join() {
    guard let wish = target.wish(match) else { return }
    let form = wish.form.untyped
    head = MultiplexEncoding.head(type: form.messageType, stream: stream)
    revisionHead = MultiplexEncoding.head(type: MultiplexEncoding.revisionType, stream: stream)
    var filter = wish.filter
    filter.takesRevisions = true
    conflation = wish.conflationMilliseconds.map { milliseconds in
      CandleConflation(milliseconds: milliseconds, loop: client.connection.loop, clock: client.desk.clock) {
        [unowned self] event in _ = send(event)
      }
    }
    let subscription = ClientSubscription(
      wish.topic, form: form, filter: filter, isNumbered: true, since: since, sink: self)
    self.subscription = subscription
    client.lane.subscribe(subscription)
  }

  /// Leaves the bus; nothing is sent any more.
  func end() {
    if let subscription { client.lane.unsubscribe(subscription) }
    subscription = nil
    conflation?.end()
    held = []
  }

  /// The command has been answered: sends what was held.
  func release() {
    pending = nil
    reached = standing
    let waiting = held
    held = []
    for one in waiting where subscription != nil {
      switch one {
      case .event(let event): _ = pass(event)
      case .notice(let notice): client.send(MultiplexEncoding.notice(notice, stream))
      case .end(let reason): finish(reason)
      }
    }
  }

  // MARK: ClientSink

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {
    self.standing = standing.point
    client.joined(self, standing)
  }

  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    guard pending != nil else { return pass(event) }
    held.append(.event(event))
    client.held(self)
    return .queued
  }

  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {
    guard pending != nil else { return client.send(MultiplexEncoding.notice(notice, stream)) }
    held.append(.notice(notice))
    client.held(self)
  }

  func ended(_ subscription: ClientSubscription, reason: String) {
    if pending != nil { held.append(.end(reason)) } else { finish(reason) }
  }

  // MARK: Messages

  private func pass(_ event: NumberedEvent) -> DeliveryOutcome {
    conflation?.hold(event) ?? send(event)
  }

  private func send(_ event: NumberedEvent) -> DeliveryOutcome {
    guard let form = subscription?.form, let payload = event.event.payload(form) else { return .queued }
    let outcome = client.connection.send(
      beginning: MultiplexEncoding.prefix(event.event.isRevision ? revisionHead : head, sequence: event.sequence),
      payload.bytes, from: payload.offset,
      conflationKey: key(of: event.event))
    guard outcome != .refused else { return .refused }
    reached = reached.map { ResumePoint(epoch: $0.epoch, sequence: event.sequence) }
    // States of one instant are one message for the fastest reader, too.
    if outcome == .conflated, client.connection.isBehind { client.noteLag(of: self) }
    return DeliveryOutcome(outcome)
  }

  /// The same candle under another name of the client is another message: it must not take this one's place.
  private func key(of event: EncodedEvent) -> UInt64 {
    guard event.conflationKey != 0 else { return 0 }
    return (event.conflationKey ^ (number &* 0x9e37_79b9_7f4a_7c15)) | 1
  }

  private func finish(_ reason: String) {
    client.remove(self)
    client.send(MultiplexEncoding.ended(stream, detail: reason))
  }
}
