internal import Model
internal import Net
internal import PublicJSON
internal import Services
internal import Wire

/// One event to many clients: by the bus alone, and over real sockets with the product's server, bus and outbox.
enum FanOutBenchmark {
  private static let instrument = Instrument(
    exchange: ExchangeID("bench"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
  private static let topic = BusTopic.market(Topic(.trades, of: instrument))

  /// Counts what it is given.
  private final class CountingSink: ClientSink {
    var count = 0

    func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}
    func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}
    func ended(_ subscription: ClientSubscription, reason: String) {}

    func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome {
      if event.event.frame(subscription.form) != nil { count += 1 }
      return .queued
    }
  }

  static func run() async {
    lane(clients: 1000)
    await sockets(clients: 100, events: 3000)
  }

  private static var delivery: Delivery {
    let event = EncodedEvent(.market(BenchmarkEvent.trade(instrument)), forms: [.trade], encoder: EventEncoding())
    return .event(topic, NumberedEvent(event, sequence: 1))
  }

  /// Delivers so many times, to a hundred clients each event, and nothing else.
  static func deliverExactly(_ count: Int) -> Bool {
    let lane = BenchmarkBus.lane()
    let sinks = (0..<100).map { _ in CountingSink() }
    for sink in sinks { lane.subscribe(ClientSubscription(topic, form: .trade, sink: sink)) }
    let delivery = delivery
    for _ in 0..<count / 100 { lane.receive(delivery) }
    return sinks.reduce(0) { $0 + $1.count } == count
  }

  private static func lane(clients: Int) {
    let lane = BenchmarkBus.lane()
    let sinks = (0..<clients).map { _ in CountingSink() }
    let subscriptions = sinks.map { ClientSubscription(topic, form: .trade, sink: $0) }
    for subscription in subscriptions { lane.subscribe(subscription) }
    let delivery = delivery
    let repeats = 200
    let nanoseconds = Measurement.bestNanoseconds(operations: repeats * clients) {
      for _ in 0..<repeats { lane.receive(delivery) }
    }
    precondition(sinks[0].count >= repeats, "nothing was delivered")
    Measurement.report("fan-out, bus alone, \(clients) clients", nanoseconds, "a delivery")
    withExtendedLifetime(sinks) {}
  }

  private static func sockets(clients: Int, events: Int) async {
    let (server, client) = (EventLoop(name: "bench-server"), EventLoop(name: "bench-client"))
    let hub = LoopBound(BenchmarkBus.lane(), loop: server)
    var options = HTTPServerOptions()
    options.port = 0
    options.webSocket.outboxBytes = 64 << 20
    let http = HTTPServer(loops: [server], options: options) { _, _ in
      .webSocket { FanOutClient($0, lane: hub.value, topic: topic) }
    }
    guard let port = try? http.start() else { return }
    let readers = FanOutReaders(clients: clients, messages: events)
    await readers.connect("ws://127.0.0.1:\(port)/", loop: client)
    let start = Measurement.cpuNanoseconds
    let delivery = delivery
    for _ in 0..<events { server.post { hub.value.receive(delivery) } }
    await readers.allReceived()
    let nanoseconds = Double(Measurement.cpuNanoseconds - start) / Double(clients * events)
    Measurement.report("fan-out over sockets, \(clients) clients, burst", nanoseconds, "a delivery, both ends together")
    await http.drain(milliseconds: 500)
    server.shutdown()
    client.shutdown()
  }
}
