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

  /// The text that was published, as it came.
  private struct TextEncoding: EventEncoder {
    func frame(_ event: BusEvent, as form: EventForm) -> SharedBytes? {
      guard case .market(.trade(let trade)) = event, case .text(let text) = trade.id else { return nil }
      return WebSocketFrame.serverText(Array(text.utf8))
    }
  }

  private let loop: EventLoop
  private let lane: LoopBound<BusLane>
  /// Kept here, as the lane knows only the way to it.
  private let publisher: LoopBound<FeedPublisher>
  private let line: LoopFeedLine

  init(loop: EventLoop) {
    let registry = MetricsRegistry()
    let lane = BusLane(index: 0, metrics: BusMetrics(registry))
    let publisher = FeedPublisher(
      lanes: [LoopLane(lane, loop: loop)], encoder: TextEncoding(), counters: BusCounters(registry, exchange: "all"),
      exchanges: [:], linger: 5000)
    let line = LoopFeedLine(publisher, loop: loop)
    lane.feeds = line
    self.loop = loop
    self.lane = LoopBound(lane, loop: loop)
    self.publisher = LoopBound(publisher, loop: loop)
    self.line = line
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
    guard path != "/pub" else { return TextPublisher(line) }
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

    init(_ line: LoopFeedLine) {
      self.line = line
    }

    func received(text: UnsafeRawBufferPointer) {
      let trade = Trade(
        instrument: TextPublisher.instrument, id: .text(String(decoding: text, as: UTF8.self)), price: .zero,
        quantity: .zero, aggressor: .buy, exchangeTime: .epoch, receiveTime: .epoch)
      line.post(.events(FanOutServer.feed, [.market(.trade(trade))]))
    }

    func received(binary: UnsafeRawBufferPointer) {}
    func closed(_ code: WebSocketCloseCode, reason: String) {}
  }
}
