internal import Contract
internal import Exchanges
internal import Glibc
internal import Model
internal import Net
internal import PublicJSON
internal import Services
internal import Sessions
internal import Synchronization
internal import Telemetry
internal import Wire

/// The way of a frame from the exchange's socket to the bus: the product's own client, session, decoder and publisher, and
/// in the exchange's place the product's own server. All of it is on one loop, and the next frames are sent when the last
/// have been published, so that a count of instructions repeats.
final class IngestBenchmark: EventSink {
  /// What the frames carry.
  enum Kind {
    /// Trades of many instruments, for a feed that nobody reads.
    case trade
    /// States of one candle, encoded for one client.
    case candle
  }

  /// Plays the exchange's end.
  private final class Player: WebSocketHandler {
    private let connection: WebSocketConnection
    private unowned let benchmark: IngestBenchmark

    init(_ connection: WebSocketConnection, _ benchmark: IngestBenchmark) {
      (self.connection, self.benchmark) = (connection, benchmark)
    }

    func received(text: UnsafeRawBufferPointer) {
      guard let request = try? JSONValue(parsing: text)["id"]?.integer else { return }
      connection.sendText(#"{"result":null,"id":\#(request)}"#)
      benchmark.begin(on: connection)
    }

    func received(binary: UnsafeRawBufferPointer) {}
    func closed(_ code: WebSocketCloseCode, reason: String) {}
  }

  /// All instruments of a list.
  private struct Everything: FeedMembership {
    let catalog: InstrumentCatalog

    func members(of channel: Channel) -> TopicMembers { .instruments(catalog.instruments) }
    func demandChanged(_ isWanted: Bool) {}
  }

  /// Where the events of feeds end: nobody looks at them.
  private struct NoFeeds: FeedLine {
    func post(_ message: FeedMessage) {}
  }

  /// From the publisher to the lane and back, on one loop.
  private struct DirectLine: DeliveryLane, LaneLine {
    let lane: LoopBound<BusLane>
    let publisher: LoopBound<Place>

    func post(_ delivery: Delivery) { lane.value.receive(delivery) }
    func post(_ message: LaneMessage) {
      publisher.value.benchmark?.publisher.handle(.lane(message))
    }
  }

  /// The client's end.
  private final class NoClient: ClientSink {
    func joined(_ subscription: ClientSubscription, _ standing: TopicStanding) {}
    func noticed(_ notice: StreamNotice, of subscription: ClientSubscription) {}
    func ended(_ subscription: ClientSubscription, reason: String) {}
    func deliver(_ event: NumberedEvent, of subscription: ClientSubscription) -> DeliveryOutcome { .queued }
  }

  /// A frame of which the number counts up, in place.
  private struct Frame {
    var bytes: [UInt8]
    let end: Int

    init(_ before: String, _ number: Int, _ after: String) {
      bytes = Array((before + String(number) + after).utf8)
      end = bytes.count - after.utf8.count
    }

    mutating func advance() {
      var place = end - 1
      while bytes[place] == UInt8(ascii: "9") {
        bytes[place] = UInt8(ascii: "0")
        place -= 1
      }
      bytes[place] += 1
    }
  }

  private static let symbolCount = 100
  private static let firstNumber = 1_000_000_000

  private let kind: Kind
  private let batch: Int
  private let catalog: InstrumentCatalog
  private let publisher: TopicPublisher
  private let streams: ExchangeStreams
  private let lane: BusLane
  private let client = NoClient()
  private let done: @Sendable () -> Void
  private var connection: WebSocketConnection?
  private var left: Int
  private var underWay = 0
  private var place = 0
  private var frames: [Frame]

  private init(
    _ kind: Kind, count: Int, batch: Int, exchange: any ExchangeInterface, place: LoopBound<Place>,
    port: UInt16, done: @escaping @Sendable () -> Void
  ) {
    (self.kind, self.batch, self.done, left) = (kind, batch, done, count)
    frames =
      switch kind {
      case .trade: (0..<IngestBenchmark.symbolCount).map { IngestBenchmark.trade(symbol: $0) }
      case .candle: [IngestBenchmark.candle]
      }
    let (catalog, loop) = (IngestBenchmark.catalog(of: exchange.id), place.loop)
    let clock = SystemClock()
    let registry = MetricsRegistry()
    var environment = ExchangeStreams.Environment(
      loop: loop, clock: clock, address: "ws://127.0.0.1:\(port)", options: WebSocketClientOptions(), logger: .silent,
      counters: SessionCounters(registry, exchange: exchange.id.name), health: StreamHealth())
    // What happens by the clock is not counted.
    environment.silence.period = 86_400_000
    let client = ExchangeClient(
      exchange, address: "http://127.0.0.1:\(port)", http: HTTPClient(loop: loop), clock: clock,
      counters: ClientCounters(registry, exchange: exchange.id.name))
    streams = ExchangeStreams(exchange, environment: environment) { catalog }
    lane = BusLane(index: 0, metrics: BusMetrics(registry))
    let line = DirectLine(lane: LoopBound(lane, loop: loop), publisher: place)
    lane.publishers = [exchange.id: line]
    publisher = TopicPublisher(
      exchange.id, lanes: [line], encoder: EventEncoding(),
      backfill: CandleBackfill(MarketHistory(exchange, client: client, clock: clock), clock: clock),
      counters: BusCounters(registry, exchange: exchange.id.name), habits: StreamHabits(exchange.declaration))
    self.catalog = catalog
    publisher.source = streams
    publisher.feedLine = NoFeeds()
    publisher.membership = Everything(catalog: catalog)
    streams.sink = self
  }

  /// Has so many frames pass, `batch` of them in one write.
  static func run(_ count: Int, _ kind: Kind, batch: Int = 1) -> Bool {
    guard let exchange = exchange else { return false }
    signal(SIGPIPE, SIG_IGN)
    let loop = EventLoop(name: "bench")
    let flag = Flag()
    let main = LoopBound(Place(), loop: loop)
    var options = HTTPServerOptions()
    options.port = 0
    options.webSocket.limits.messagesPerSecond = .max
    let server = HTTPServer(loops: [loop], options: options) { _, _ in
      .webSocket { connection in main.value.player(connection) }
    }
    guard let port = try? server.start() else { return false }
    loop.post {
      let benchmark = IngestBenchmark(kind, count: count, batch: batch, exchange: exchange, place: main, port: port) {
        flag.isSet.store(true, ordering: .releasing)
      }
      main.value.benchmark = benchmark
      benchmark.subscribe()
    }
    while !flag.isSet.load(ordering: .acquiring) { usleep(1000) }
    return true
  }

  /// Set by the loop, waited for by the main thread.
  private final class Flag: Sendable {
    let isSet = Atomic<Bool>(false)
  }

  /// Where the loop keeps the benchmark.
  fileprivate final class Place {
    var benchmark: IngestBenchmark?

    func player(_ connection: WebSocketConnection) -> any WebSocketHandler {
      guard let benchmark else { preconditionFailure("nobody has connected") }
      return Player(connection, benchmark)
    }
  }

  /// The exchange that reads these frames; its name is no concern of ours.
  private static var exchange: (any ExchangeInterface)? {
    Registry.exchanges.first { exchange in
      var (decoder, buffer) = (exchange.makeDecoder(catalog(of: exchange.id)), EventBuffer())
      try? trade(symbol: 0).bytes.withUnsafeBytes { try decoder.decode($0, receiveTime: .epoch, into: &buffer) }
      return !buffer.events.isEmpty
    }
  }

  private static func catalog(of exchange: ExchangeID) -> InstrumentCatalog {
    InstrumentCatalog(
      (0..<symbolCount).map { index in
        Instrument(
          exchange: exchange, symbol: "SYM\(100 + index)USDT", base: "SYM\(100 + index)", quote: "USDT",
          kind: .perpetual, status: .trading, tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
      })
  }

  private static func trade(symbol: Int) -> Frame {
    let name = 100 + symbol
    return Frame(
      #"{"stream":"sym\#(name)usdt@aggTrade","data":{"e":"aggTrade","E":1791283227690,"a":"#, firstNumber,
      #","s":"SYM\#(name)USDT","p":"43210.10","q":"0.577","nq":"0.571","f":8149533714,"l":8149533773,"#
        + #""T":1791283227688,"m":true,"st":1}}"#)
  }

  private static var candle: Frame {
    let opened = SystemClock().wallClock.milliseconds / 86_400_000 * 86_400_000
    return Frame(
      #"{"stream":"sym100usdt@kline_1d","data":{"e":"kline","E":1791283227688,"s":"SYM100USDT","k":{"t":\#(opened),"#
        + #""T":\#(opened + 86_399_999),"s":"SYM100USDT","i":"1d","f":8149533620,"L":8149533714,"o":"43210.10","#
        + #""c":"43211.50","h":"43215.00","l":"43200.00","v":"12.345","n":"#, firstNumber,
      #","x":false,"q":"466721.74700","V":"2.897","Q":"249142.00000","B":"1"}}}"#)
  }

  private func subscribe() {
    switch kind {
    case .trade: publisher.handle(.feed(.trades, isWanted: true))
    case .candle:
      guard let interval = Interval("1d") else { return }
      let topic = BusTopic.market(Topic(.candles(interval), of: catalog.instruments[0]))
      lane.subscribe(ClientSubscription(topic, form: .candle, sink: client))
    }
  }

  private func begin(on connection: WebSocketConnection) {
    self.connection = connection
    play()
  }

  /// Sends the next frames, which leave together at the end of the turn.
  private func play() {
    guard left > 0 else { return done() }
    underWay = min(batch, left)
    left -= underWay
    for _ in 0..<underWay {
      frames[place].bytes.withUnsafeBytes { connection?.send(text: $0) }
      frames[place].advance()
      place = (place + 1) % frames.count
    }
  }

  // MARK: EventSink

  func receive(_ events: [MarketEvent]) {
    publisher.receive(events)
    underWay -= events.count
    if underWay == 0 { play() }
  }

  func confirmed(_ topics: [Topic]) { publisher.confirmed(topics) }
  func interrupted(_ topics: [Topic], cause: BreakCause) { publisher.interrupted(topics, cause: cause) }
  func restored(_ topics: [Topic]) { publisher.restored(topics) }
  func ended(_ topics: [Topic]) { publisher.ended(topics) }
}
