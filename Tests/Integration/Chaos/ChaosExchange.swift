import Contract
import Net
import Support
import Wire

@testable import Sessions

/// The made-up exchange with a market of its own, on loopback and over real sockets: time passes `speed` times as fast there,
/// and what goes wrong is decided by a seed.
///
/// Crosses threads: immutable; the streams belong to its loop, what is to be read elsewhere stands behind locks.
final class ChaosExchange: Sendable {
  /// What REST requests and new streams meet.
  private struct Gate {
    var status: (code: Int, count: Int) = (0, 0)
    var ban = 0
    /// The status of the ban there is, and since when, in real milliseconds.
    var banned: (code: Int, since: Int64)?
    var slow: (milliseconds: Int64, count: Int) = (0, 0)
    var refusal: (code: Int, count: Int) = (0, 0)
    /// Until when these hold, in real milliseconds: what nobody met in that time is over.
    var end: Int64 = 0

    mutating func expire() {
      if EventLoop.monotonicMilliseconds > end { clear() }
    }

    /// All is well again, but for a ban, which everybody was told of.
    mutating func clear() {
      let banned = banned
      self = Gate()
      self.banned = banned
    }
  }

  /// How long a fault of REST or of new streams holds, in real milliseconds.
  private static let hold: Int64 = 1000
  /// How long a ban lasts, in real milliseconds: a second is the least that can be said.
  private static let banTime: Int64 = 1000
  /// A request that comes so soon after a ban may have been under way, in real milliseconds.
  private static let underWay: Int64 = 200

  static let speed: Int64 = 60
  /// Between two looks at the market, in real milliseconds.
  private static let turn: Int64 = 10

  let market: ChaosMarket
  let log = Lock(ChaosLog())
  private let loop = EventLoop(name: "chaos")
  private let gate = Lock(Gate())
  private let floor: LoopBound<ChaosFloor>
  private let server: HTTPServer
  private let port: UInt16
  private let began: Int64
  /// Answers that wait for their time; those that are over are `nil`.
  private let waiting: Lock<[CheckedContinuation<Void, Never>?]>

  /// Of a seed; ten minutes of its market have passed.
  init(seed: UInt64) throws(NetError) {
    // 1 January 2026: before the `Date` of its answers, which is no older.
    let market = ChaosMarket(seed: seed, start: 1_767_225_600_000)
    let began = EventLoop.monotonicMilliseconds
    let now: @Sendable () -> Int64 = {
      market.start + 10 * ChaosMarket.minute + (EventLoop.monotonicMilliseconds - began) * Self.speed
    }
    let floor = LoopBound(ChaosFloor(market, loop: loop, log: log, now: now), loop: loop)
    var options = HTTPServerOptions()
    options.port = 0
    let (gate, log) = (gate, log)
    let waiting = Lock<[CheckedContinuation<Void, Never>?]>([])
    self.waiting = waiting
    server = HTTPServer(loops: [loop], options: options) { request, context in
      if WebSocketHandshake.isUpgrade(request) { return Self.upgrade(gate, floor, log, now: now()) }
      let (code, pause) = Self.verdict(gate, log)
      if let code { return .response(Self.refusal(code)) }
      let body = Array(Self.body(of: request, market, now: now()).utf8)
      guard pause > 0 else { return .response(HTTPResponse(.ok, body: .bytes(body))) }
      let loop = context.loop
      return .later {
        await Self.wait(pause, loop, waiting)
        return HTTPResponse(.ok, body: .bytes(body))
      }
    }
    let port = try server.start()
    loop.post { floor.value.port = port }
    self.port = port
    (self.market, self.began, self.floor) = (market, began, floor)
    loop.post { self.turn() }
  }

  var httpAddress: String { "http://127.0.0.1:\(port)" }
  var webSocketAddress: String { "ws://127.0.0.1:\(port)" }
  /// The exchange's time, in milliseconds since 1970.
  var now: Int64 { market.start + 10 * ChaosMarket.minute + (EventLoop.monotonicMilliseconds - began) * Self.speed }

  private func turn() {
    floor.value.pump()
    loop.schedule(afterMilliseconds: Self.turn) { self.turn() }
  }

  // MARK: Faults

  /// Has something go wrong from time to time, until an instant of the exchange; then all is well. Returns then.
  func misbehave(seed: UInt64, until end: Int64) async {
    await withCheckedContinuation { done in
      loop.post { self.misbehave(SplitMix64(seed: seed), until: end) { done.resume() } }
    }
  }

  private func misbehave(_ random: SplitMix64, until end: Int64, done: @escaping () -> Void) {
    var random = random
    guard now < end else {
      floor.value.calm()
      gate.withLock { $0.clear() }
      return done()
    }
    let pause = Int64.random(in: 150...900, using: &random)
    let fault = ChaosFault.any(&random)
    loop.schedule(afterMilliseconds: pause) { [random] in
      self.happen(fault)
      self.misbehave(random, until: end, done: done)
    }
  }

  /// Has one thing go wrong after a while; returns then.
  func happen(_ fault: ChaosFault, afterMilliseconds pause: Int64) async {
    await withCheckedContinuation { done in
      loop.post {
        self.loop.schedule(afterMilliseconds: pause) {
          self.happen(fault)
          done.resume()
        }
      }
    }
  }

  private func happen(_ fault: ChaosFault) {
    log.withLock { $0.faults.append((now, fault)) }
    floor.value.obey(fault)
    gate.withLock { gate in
      gate.expire()
      gate.end = EventLoop.monotonicMilliseconds + Self.hold
      switch fault {
      case .status(let code, let count): gate.status = (code, count)
      case .ban(let code): gate.ban = code
      case .slow(let milliseconds, let count): gate.slow = (milliseconds, count)
      case .refusal(let code, let count): gate.refusal = (code, count)
      case .calm: gate.clear()
      default: break
      }
    }
  }

  // MARK: Answers

  private static func upgrade(
    _ gate: Lock<Gate>, _ floor: LoopBound<ChaosFloor>, _ log: Lock<ChaosLog>, now: Int64
  ) -> HTTPAnswer {
    let code = gate.withLock { gate -> Int? in
      gate.expire()
      guard gate.refusal.count > 0 else { return nil }
      gate.refusal.count -= 1
      return gate.refusal.code
    }
    if let code {
      log.withLock { $0.refusals.append(now) }
      return .response(HTTPResponse(HTTPStatus(code), body: .bytes([])))
    }
    return .webSocket { connection in
      floor.value.joined(connection)
      return ChaosPeer(floor.value, connection)
    }
  }

  /// What a request meets: a status, or how long its answer takes, in real milliseconds.
  private static func verdict(_ gate: Lock<Gate>, _ log: Lock<ChaosLog>) -> (code: Int?, pause: Int64) {
    let real = EventLoop.monotonicMilliseconds
    return gate.withLock { gate in
      gate.expire()
      if let banned = gate.banned {
        if real - banned.since < banTime {
          if real - banned.since > underWay { log.withLock { $0.hastyRequests += 1 } }
          return (banned.code, 0)
        }
        gate.banned = nil
      }
      if gate.ban > 0 {
        gate.banned = (gate.ban, real)
        defer { gate.ban = 0 }
        return (gate.ban, 0)
      }
      if gate.status.count > 0 {
        gate.status.count -= 1
        return (gate.status.code, 0)
      }
      guard gate.slow.count > 0 else { return (nil, 0) }
      gate.slow.count -= 1
      return (nil, gate.slow.milliseconds)
    }
  }

  private static func refusal(_ code: Int) -> HTTPResponse {
    let headers = HTTPHeaders([429, 418].contains(code) ? [("Retry-After", "\(banTime / 1000)")] : [])
    return HTTPResponse(HTTPStatus(code), headers: headers, body: .bytes([]))
  }

  private static func wait(
    _ milliseconds: Int64, _ loop: EventLoop, _ waiting: Lock<[CheckedContinuation<Void, Never>?]>
  ) async {
    await withCheckedContinuation { over in
      let place = waiting.withLock { waiting in
        waiting.append(over)
        return waiting.count - 1
      }
      loop.post {
        loop.schedule(afterMilliseconds: milliseconds) {
          let over = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard waiting.indices.contains(place) else { return nil }
            defer { waiting[place] = nil }
            return waiting[place]
          }
          over?.resume()
        }
      }
    }
  }

  private static func body(of request: HTTPRequest, _ market: ChaosMarket, now: Int64) -> String {
    if request.path == "/trades" { return trades(request, market, now: now) }
    guard request.path == "/candles" else { return ToyExchange.instrumentsBody }
    func number(_ name: String) -> Int64? { request.query[name].flatMap { Int64($0) } }
    let limit = Int(number("limit") ?? 10)
    let current = now / ChaosMarket.minute * ChaosMarket.minute
    let last = min(number("end") ?? current, current) / ChaosMarket.minute * ChaosMarket.minute
    var first = last - Int64(limit - 1) * ChaosMarket.minute
    if let start = number("start") {
      first = (start + ChaosMarket.minute - 1) / ChaosMarket.minute * ChaosMarket.minute
    }
    let openTimes = stride(from: max(first, market.start), through: last, by: Int(ChaosMarket.minute)).prefix(limit)
    let rows = openTimes.compactMap { openTime in
      market.decimals(openTime: openTime, until: now).map { row in
        "[\(openTime),\(row.map { "\"\($0)\"" }.joined(separator: ","))]"
      }
    }
    return "[\(rows.joined(separator: ","))]"
  }

  private static func trades(_ request: HTTPRequest, _ market: ChaosMarket, now: Int64) -> String {
    let first = request.query["from"].flatMap { Int($0) } ?? 0
    let limit = request.query["limit"].flatMap { Int($0) } ?? 10
    let ids = (first..<first + limit).prefix { market.trade($0).time < now }
    let rows = ids.map { id in
      let trade = market.trade(id)
      return #"{"id":\#(id),"price":"\#(ChaosMarket.decimal(trade.cents, places: 2))","#
        + #""quantity":"\#(ChaosMarket.decimal(trade.thousandths, places: 3))","side":"\#(trade.isBuy ? "buy" : "sell")","#
        + #""time":\#(trade.time)}"#
    }
    return "[\(rows.joined(separator: ","))]"
  }

  /// Ends it, and what waits.
  func stop() async {
    let rest = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    for over in rest { over?.resume() }
    await server.drain(milliseconds: 100)
    loop.shutdown()
  }
}

/// One client of the streams, to the floor.
private final class ChaosPeer: WebSocketHandler {
  private let floor: ChaosFloor
  private let connection: WebSocketConnection

  init(_ floor: ChaosFloor, _ connection: WebSocketConnection) {
    (self.floor, self.connection) = (floor, connection)
  }

  func received(text: UnsafeRawBufferPointer) {
    floor.received(String(decoding: text, as: UTF8.self), from: connection)
  }
  func received(binary: UnsafeRawBufferPointer) {}
  func closed(_ code: WebSocketCloseCode, reason: String) { floor.left(connection) }
}
