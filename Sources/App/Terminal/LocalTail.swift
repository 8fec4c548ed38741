internal import Contract
internal import Net
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// Streams of a gateway within the process.
final class LocalTail: TailSource {
  /// Between two looks at a list of instruments that cannot be loaded, in milliseconds.
  private static let listPause: Int64 = 500

  private let gateway: LocalGateway
  private let streams: [String]
  private let queue: TailQueue
  private let sinks: LoopBound<LocalSinks>

  /// Streams by their names on the multiplex.
  init(_ gateway: LocalGateway, streams: [String], queue: TailQueue) {
    self.gateway = gateway
    self.streams = streams
    self.queue = queue
    sinks = LoopBound(LocalSinks(), loop: gateway.loop)
  }

  func start() {
    gateway.start()
    Task { await open() }
  }

  func stop() async { await gateway.stop() }

  private func open() async {
    do throws(APIError) {
      let targets = try streams.map { (name) throws(APIError) in try gateway.names.target(name) }
      for (name, target) in zip(streams, targets) {
        guard let wish = try await wish(of: target) else { continue }
        subscribe(name, wish)
      }
    } catch {
      queue.finish(.failed("\(error.code.rawValue): \(error.sentence)"))
    }
  }

  /// What the bus is asked for, once the symbol has been found in the list; that is waited for as long as it takes.
  private func wish(of target: StreamTarget) async throws(APIError) -> StreamWish? {
    guard case .stream(let request) = target else { return target.wish(nil) }
    let list = request.connector.instruments
    while list.catalog == nil {
      // Why it cannot be loaded is logged.
      _ = await list.matchAfterRefresh(request.symbol)
      if list.catalog == nil { try? await Task.sleep(for: .milliseconds(LocalTail.listPause)) }
    }
    guard let match = await list.matchAfterRefresh(request.symbol) else {
      throw ExchangeLookup.unknownSymbol(request.symbol, request.connector)
    }
    return target.wish(match)
  }

  private func subscribe(_ name: String, _ wish: StreamWish) {
    let (gateway, sinks, queue) = (gateway, sinks, queue)
    gateway.loop.post {
      do throws(APIError) {
        let lane = try gateway.market.lanes.lane(of: gateway.context).value
        sinks.value.add(LocalSink(name, wish: wish, queue: queue), to: lane)
      } catch {
        queue.finish(.failed(error.sentence))
      }
    }
  }
}

/// Keeps the sinks of a tail. Belongs to the loop.
private final class LocalSinks {
  private var sinks: [LocalSink] = []

  func add(_ sink: LocalSink, to lane: BusLane) {
    sinks.append(sink)
    lane.subscribe(sink.subscription)
  }
}

/// One stream: what the bus delivers goes into the queue as a bare stream would send it. Belongs to the loop.
private final class LocalSink: ClientSink {
  private let name: String
  private let wish: StreamWish
  private let queue: TailQueue
  private(set) lazy var subscription = ClientSubscription(
    wish.topic, form: wish.form, filter: wish.filter, isNumbered: true, sink: self)

  init(_ name: String, wish: StreamWish, queue: TailQueue) {
    self.name = name
    self.wish = wish
    self.queue = queue
  }

  func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}

  /// The queue has its own limit.
  func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
    guard let (bytes, offset) = event.event.payload(wish.form) else { return .queued }
    queue.add(event: Array(bytes.bytes[(offset - 1)...]))
    return .queued
  }

  func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {
    let message = MultiplexEncoding.notice(notice, name)
    if let text = GatewayMessage.read(message)?.note { queue.add(note: text) }
  }

  func ended(_ subscription: ClientSubscription, reason: String) {
    queue.finish(.failed("\(name): \(reason)"))
  }
}
