internal import Contract
internal import Net
internal import Services
internal import Sessions
internal import Wire

/// One WebSocket client of one stream or feed: a bus subscription on one side, the connection's outbox on the other. Belongs
/// to the client's loop.
final class StreamClient: WebSocketHandler, ClientSink {
  private let connection: WebSocketConnection
  private let lane: BusLane
  private let clock: any TimeSource
  private var subscription: ClientSubscription?
  private var conflation: CandleConflation?
  private var isClosed = false

  init(_ connection: WebSocketConnection, lane: BusLane, clock: any TimeSource) {
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
  func subscribe(_ wish: StreamWish) {
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

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}

  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    conflation?.hold(event) ?? send(event)
  }

  private func send(_ event: NumberedEvent) -> DeliveryOutcome {
    guard let form = subscription?.form else { return .queued }
    return connection.deliver(event.event, form)
  }

  /// A bare stream has no words for it.
  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}

  func ended(_ subscription: ClientSubscription, reason: String) {
    connection.close(.policyViolation, reason: reason)
  }

  // MARK: WebSocketHandler

  /// The path says it all: what a client sends is read, so that pings and closes are seen, and has no meaning.
  func received(text: UnsafeRawBufferPointer) {}
  func received(binary: UnsafeRawBufferPointer) {}

  func closed(_ code: WebSocketCloseCode, reason: String) {
    isClosed = true
    conflation?.end()
    if let subscription { lane.unsubscribe(subscription) }
    subscription = nil
  }
}
