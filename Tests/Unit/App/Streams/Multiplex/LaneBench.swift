import Model
import Net
import PublicJSON
import Sessions
import Support
import Telemetry
import Wire

@testable import App
@testable import Services

/// Multiplex clients over real sockets on a lane whose publishers are in the hands of a test.
struct LaneBench {
  /// Says what the lane asks for.
  private struct Line: LaneLine {
    let inbox: Inbox<JoinRequest>

    func post(_ message: LaneMessage) {
      if case .join(let request) = message { inbox.add(request) }
    }
  }

  private let loop = EventLoop(name: "lane")
  private let clients = EventLoop(name: "clients")
  private let lane: LoopBound<BusLane>
  private let server: HTTPServer
  private let joins = Inbox<JoinRequest>()
  private let port: UInt16

  init(_ limits: MultiplexLimits = MultiplexLimits()) throws {
    let metrics = MetricsRegistry()
    let lane = BusLane(index: 0, metrics: BusMetrics(metrics))
    lane.feeds = Line(inbox: joins)
    let bound = LoopBound(lane, loop: loop)
    let reader = StreamReader(
      lookup: ExchangeLookup(manager: ExchangeManager([])),
      feeds: PublicFeed.all(of: [], Configuration(values: [:])), largeTradeThreshold: .zero)
    let desk = MultiplexDesk(reader, limits: limits, clock: SystemClock(), metrics: metrics)
    var options = HTTPServerOptions()
    options.port = 0
    server = HTTPServer(loops: [loop], options: options) { _, _ in
      .webSocket { MultiplexClient($0, lane: bound.value, desk: desk) }
    }
    port = try server.start()
    self.lane = bound
  }

  /// A client that can send.
  func connect() async throws -> StreamProbe {
    let probe = StreamProbe(
      "ws://127.0.0.1:\(port)/ws", loop: clients, options: WebSocketClientOptions(proxy: ""))
    _ = try await probe.next()
    return probe
  }

  /// What the lane has asked of the publishers next.
  func nextJoin() async throws -> JoinRequest { try await joins.next() }

  /// Answers a wish.
  func admit(_ request: JoinRequest, notices: [StreamNotice] = [], events: [NumberedEvent] = []) {
    let standing = TopicStanding(point: ResumePoint(epoch: 9, sequence: 0), isRecovered: nil)
    hand(.admission(Admission(ticket: request.ticket, standing: standing, notices: notices, events: events)))
  }

  /// Hands the lane something.
  func hand(_ delivery: Delivery) {
    let lane = lane
    loop.post { lane.value.receive(delivery) }
  }

  /// A liquidation of a number.
  static func liquidation(_ sequence: UInt64) -> NumberedEvent {
    let liquidation = Liquidation(
      instrument: ToyExchange.alpha, liquidated: .long, price: FixedDecimal(1), quantity: FixedDecimal(2),
      exchangeTime: .epoch, receiveTime: .epoch)
    return NumberedEvent(
      EncodedEvent(.market(.liquidation(liquidation)), forms: [.liquidation], encoder: EventEncoding()),
      sequence: sequence)
  }

  func stop() async {
    await server.drain(milliseconds: 0)
    for loop in [loop, clients] { loop.shutdown() }
  }
}
