internal import Contract
internal import Model
internal import Net
internal import Services
internal import Sessions
internal import Wire

/// One WebSocket client of one stream: a bus subscription on one side, the connection's outbox on the other. Belongs to the
/// client's loop.
final class StreamClient: WebSocketHandler, ClientSink {
  private let connection: WebSocketConnection
  private let lane: BusLane
  private var subscription: ClientSubscription?
  private var isClosed = false

  init(_ connection: WebSocketConnection, lane: BusLane) {
    self.connection = connection
    self.lane = lane
  }

  /// Subscribes, after a look at the exchange when the symbol is not in its list.
  func start(_ request: StreamRequest, lookup: ExchangeLookup) {
    do throws(APIError) {
      if let match = try lookup.knownMatch(request.symbol, on: request.connector) {
        return subscribe(request, match)
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
          client.value.subscribe(request, match)
        } else {
          client.value.refuse(ExchangeLookup.unknownSymbol(request.symbol, request.connector))
        }
      }
    }
  }

  private func subscribe(_ request: StreamRequest, _ match: InstrumentMatch) {
    guard !isClosed else { return }
    let form = request.stream.form.naming(match.pair)
    let subscription = ClientSubscription(
      .market(Topic(request.stream.channel(request.interval), of: match.instrument)),
      form: connection.takesCompressedFrames ? form.compressed : form,
      filter: EventFilter(minimumNotional: request.minimumNotional), sink: self)
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
    connection.deliver(event.event, subscription.form)
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
    if let subscription { lane.unsubscribe(subscription) }
    subscription = nil
  }
}
