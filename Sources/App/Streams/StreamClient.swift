internal import Contract
public import Net
public import Services
public import Sessions
public import Wire

/// One WebSocket client of one stream or feed: a bus subscription on one side, the connection's outbox on the other. Belongs
/// to the client's loop.
public final class StreamClient: WebSocketHandler, ClientSink {
  private let connection: WebSocketConnection
  private let lane: BusLane
  private let clock: any TimeSource
  private var subscription: ClientSubscription?
  private var conflation: CandleConflation?
  private var isClosed = false

  /// A client without a subscription.
  public init(_ connection: WebSocketConnection, lane: BusLane, clock: any TimeSource) {
    self.connection = connection
    self.lane = lane
    self.clock = clock
  }

  /// Subscribes, after a look at the exchange when the symbol is not in its list.
  func start(_ request: StreamRequest, lookup: ExchangeLookup) {
    do throws(APIError) {
      if let match = try lookup.knownMatch(request.symbol, on: request.connector) {
        return subscribe(request.wish(match))
      }
    } catch {
      return refuse(error)
    }
    let loop = connection.loop
    let client = LoopBound(self, loop: loop)
    Task {
      let match = await request.connector.instruments.matchAfterRefresh(request.symbol)
      loop.post {
        if let match {
          client.value.subscribe(request.wish(match))
        } else {
          client.value.refuse(ExchangeLookup.unknownSymbol(request.symbol, request.connector))
        }
      }
    }
  }

  /// Subscribes to what is known in full.
  public func subscribe(_ wish: StreamWish) {
    guard !isClosed else { return }
    conflation = wish.conflationMilliseconds.map { milliseconds in
      CandleConflation(milliseconds: milliseconds, loop: connection.loop, clock: clock) { [unowned self] event in
        _ = send(event)
      }
    }
    let subscription = ClientSubscription(
      wish.topic, form: connection.takesCompressedFrames ? wish.form.compressed : wish.form, filter: wish.filter,
      sink: self)
    self.subscription = subscription
    lane.subscribe(subscription)
  }

  private func refuse(_ error: APIError) {
    let refusal = StreamRefusal(error)
    connection.close(refusal.code, reason: refusal.reason)
  }

  // MARK: ClientSink

  /// A bare stream has no words for it.
  public func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}

  /// Sends an event, or holds it for the next moment of this client.
  public func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    conflation?.hold(event) ?? send(event)
  }

  /// Sends a run as one piece, where this client would be sent each of its events now.
  public func deliver(_ run: EventRun, of subscription: ClientSubscription) -> RunOutcome {
    guard conflation == nil, !(run.isConflatable && connection.isBehind) else { return .apart }
    guard let frames = run.frames(subscription.form) else { return .queued(conflated: 0) }
    guard connection.send(frames.bytes, frames: frames.count) != .refused else { return .refused }
    return .queued(conflated: frames.supersededCount)
  }

  private func send(_ event: NumberedEvent) -> DeliveryOutcome {
    guard let form = subscription?.form else { return .queued }
    return connection.deliver(event.event, form)
  }

  /// A bare stream has no words for it.
  public func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}

  /// Closes with 1008.
  public func ended(_ subscription: ClientSubscription, reason: String) {
    connection.close(.policyViolation, reason: reason)
  }

  /// Whoever wants events at moments of its own is sent them by itself.
  public func share(_ group: (any ClientGroup)?, of subscription: ClientSubscription) -> (any ClientGroup)? {
    conflation == nil ? connection.share(group as? SharedOutbox) : nil
  }

  // MARK: WebSocketHandler

  /// The path says it all: what a client sends is read, so that pings and closes are seen, and has no meaning.
  public func received(text: UnsafeRawBufferPointer) {}
  /// The same.
  public func received(binary: UnsafeRawBufferPointer) {}

  /// Is served together with others from now on.
  public func sharingBegan() { if let subscription { lane.join(subscription) } }
  /// Is served by itself from now on.
  public func sharingEnded() { if let subscription { lane.part(subscription) } }

  /// Leaves its topic.
  public func closed(_ code: WebSocketCloseCode, reason: String) {
    isClosed = true
    conflation?.end()
    if let subscription { lane.unsubscribe(subscription) }
    subscription = nil
  }
}
