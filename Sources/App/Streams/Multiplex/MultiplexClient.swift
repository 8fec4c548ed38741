internal import Net
internal import PublicJSON
internal import Services
internal import Sessions
internal import Wire

/// One client of the multiplex: obeys its commands, and keeps the subscriptions it has. Belongs to the client's loop.
final class MultiplexClient: WebSocketHandler {
  let connection: WebSocketConnection
  let lane: BusLane
  let desk: MultiplexDesk
  /// By their names, those that are being opened among them.
  var subscriptions: [String: MultiplexSubscription] = [:]
  /// What a client of the first-message form gets.
  var quotes: QuoteStream?
  private var lastNumber: UInt64 = 0
  private var lagging: [MultiplexSubscription] = []
  private var lagTimer: LoopTimer?
  private(set) var isClosed = false

  init(_ connection: WebSocketConnection, lane: BusLane, desk: MultiplexDesk) {
    self.connection = connection
    self.lane = lane
    self.desk = desk
  }

  /// Streams it has, or is about to have.
  var streamCount: Int { subscriptions.count + (quotes?.symbolCount ?? 0) }

  /// Numbers subscriptions in the order in which they were asked for.
  func nextNumber() -> UInt64 {
    lastNumber += 1
    return lastNumber
  }

  // MARK: Messages

  /// Sends a message of our own.
  func send(_ message: [UInt8]) {
    message.withUnsafeBytes { connection.send(text: $0) }
  }

  /// Says that something could not be done. An argument is repeated as far as a name may be long.
  func refuse(_ error: APIError, id: [UInt8]?, argument: String? = nil) {
    desk.counters.refused(error.code)
    let shown = argument.map { String(decoding: $0.utf8.prefix(desk.limits.streamBytes), as: UTF8.self) }
    send(
      MultiplexEncoding.error(
        id: id, code: error.code.rawValue, detail: error.sentence, argument: shown, isRetryable: error.isRetryable))
  }

  // MARK: WebSocketHandler

  func received(text: UnsafeRawBufferPointer) {
    do throws(MultiplexFault) {
      switch try MultiplexMessageReader.read(text, limits: desk.limits) {
      case .command(let command): obey(command)
      case .quotes(let request): openQuotes(request)
      }
    } catch {
      refuse(error.error, id: error.id)
    }
  }

  func received(binary: UnsafeRawBufferPointer) {
    refuse(APIError(.badRequest, "commands are text messages"), id: nil)
  }

  func closed(_ code: WebSocketCloseCode, reason: String) {
    isClosed = true
    lagTimer?.cancel()
    lagTimer = nil
    for subscription in subscriptions.values { subscription.end() }
    subscriptions = [:]
    quotes?.end()
    quotes = nil
  }

  private func obey(_ command: MultiplexCommand) {
    switch command.operation {
    case .subscribe(let streams, let points): subscribe(streams, since: points, id: command.id)
    case .unsubscribe(let streams): unsubscribe(streams, id: command.id)
    case .list: list(id: command.id)
    case .ping: send(MultiplexEncoding.pong(id: command.id))
    }
  }

  private func unsubscribe(_ streams: [String], id: [UInt8]?) {
    var done: [String] = []
    for stream in streams {
      guard let subscription = subscriptions.removeValue(forKey: stream) else {
        refuse(APIError(.notSubscribed, "there is no such subscription"), id: id, argument: stream)
        continue
      }
      subscription.end()
      done.append(stream)
      withdraw(subscription)
    }
    send(MultiplexEncoding.unsubscribed(id: id, done))
  }

  /// A subscription is over.
  func remove(_ subscription: MultiplexSubscription) {
    subscriptions[subscription.stream] = nil
    subscription.end()
  }

  private func list(id: [UInt8]?) {
    let open = subscriptions.values.sorted { $0.number < $1.number }
    send(MultiplexEncoding.list(id: id, open.compactMap { one in one.reached.map { (one.stream, $0) } }))
  }

  // MARK: Slow reading

  /// An open candle of the subscription was replaced unsent. Told a second later, with all that have been by then.
  func noteLag(of subscription: MultiplexSubscription) {
    guard subscription.lag.note(desk.clock.wallClock) else { return }
    lagging.append(subscription)
    guard lagTimer == nil else { return }
    lagTimer = connection.loop.schedule(afterMilliseconds: LagState.spacingMilliseconds) { [weak self] in
      self?.tellLag()
    }
  }

  private func tellLag() {
    lagTimer = nil
    let due = lagging
    lagging = []
    for subscription in due where subscriptions[subscription.stream] === subscription {
      guard let (since, conflated) = subscription.lag.take() else { continue }
      desk.counters.toldLag()
      send(MultiplexEncoding.lag(subscription.stream, since: since, conflated: conflated))
    }
  }
}
