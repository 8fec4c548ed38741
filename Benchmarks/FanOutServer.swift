internal import App
internal import Model
internal import Net
internal import Services
internal import Sessions
internal import Telemetry
internal import Wire

/// Each text message that comes on `/pub` is published on one topic; every socket on `/client` is subscribed to it.
struct FanOutServer: Sendable {
  /// The form the clients of the benchmark read.
  private static let form = EventForm(rawValue: 255)
  /// The topic: that of a feed, as its publisher needs no exchange.
  private static let feed = Feed.largeTrades

  /// The texts that are under way, by the last digits of their numbers. Belongs to the loop.
  private final class Texts {
    private static let capacity = 4096
    private var texts: [[UInt8]] = Array(repeating: [], count: Texts.capacity)
    private var count = 0

    /// Keeps a text, and gives its number.
    func append(_ text: UnsafeRawBufferPointer) -> Int64 {
      count += 1
      texts[count % Texts.capacity] = Array(text)
      return Int64(count)
    }

    subscript(_ number: Int64) -> [UInt8] { texts[Int(number) % Texts.capacity] }
  }

  /// The text that was published, as it came: a trade carries its number.
  private struct TextEncoding: EventEncoder {
    let texts: LoopBound<Texts>

    func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
      guard case .market(.trade(let trade)) = event, case .number(let number) = trade.id else { return nil }
      return WebSocketFrame.serverText(texts.value[number])
    }
  }

  private let loop: EventLoop
  private let lane: LoopBound<BusLane>
  /// Kept here, as the lane knows only the way to it.
  private let publisher: LoopBound<FeedPublisher>
  private let line: LoopFeedLine
  private let texts: LoopBound<Texts>

  init(loop: EventLoop) {
    let texts = LoopBound(Texts(), loop: loop)
    let registry = MetricsRegistry()
    let lane = BusLane(index: 0, metrics: BusMetrics(registry))
    let publisher = FeedPublisher(
      lanes: [LoopLane(lane, loop: loop)], encoder: TextEncoding(texts: texts),
      counters: BusCounters(registry, exchange: "all"),
      exchanges: [:], linger: 5000)
    let line = LoopFeedLine(publisher, loop: loop)
    lane.feeds = line
    self.loop = loop
    self.lane = LoopBound(lane, loop: loop)
    self.publisher = LoopBound(publisher, loop: loop)
    self.line = line
    self.texts = texts
  }

  func server(port: UInt16) -> HTTPServer {
    var options = HTTPServerOptions()
    options.port = port
    // The publisher's messages are the load.
    options.webSocket.limits.messagesPerSecond = .max
    return HTTPServer(loops: [loop], options: options) { request, _ in
      .webSocket { handler(of: request.path, $0) }
    }
  }

  private func handler(of path: String, _ connection: WebSocketConnection) -> any WebSocketHandler {
    guard path != "/pub" else { return TextPublisher(line, texts.value) }
    let client = StreamClient(connection, lane: lane.value, clock: SystemClock())
    client.subscribe(
      StreamWish(topic: .feed(FanOutServer.feed), form: FanOutServer.form, filter: .all, conflationMilliseconds: nil))
    return client
  }

  /// Publishes what one socket sends.
  private final class TextPublisher: WebSocketHandler {
    private static let instrument = Instrument(
      exchange: ExchangeID("bench"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
    private let line: LoopFeedLine
    private let texts: Texts

    init(_ line: LoopFeedLine, _ texts: Texts) {
      (self.line, self.texts) = (line, texts)
    }

    func received(text: UnsafeRawBufferPointer) {
      let trade = Trade(
        instrument: TextPublisher.instrument, id: .number(texts.append(text)), price: .zero, quantity: .zero,
        aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)
      line.post(.events(FanOutServer.feed, [.market(.trade(trade))]))
    }

    func received(binary: UnsafeRawBufferPointer) {}
    func closed(_ code: WebSocketCloseCode, reason: String) {}
  }
}
