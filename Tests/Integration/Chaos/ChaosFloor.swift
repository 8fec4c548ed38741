import Glibc
import Net
import Support
import Wire

/// The exchange's stream server: sends what the market does to whoever is subscribed, and spoils it. Belongs to a loop.
final class ChaosFloor {
  /// What a frame shows: a trade or a liquidation of a number, the final that opens then, or nothing that can be read.
  enum Mark { case trade(Int), liquidation(Int), final(Int64), garbage }

  private struct Frame {
    let topic: String
    let text: String
    let mark: Mark?
  }

  /// One client of the streams.
  private final class Peer {
    let connection: WebSocketConnection
    /// What it is subscribed to, since when, in real milliseconds.
    var topics: [String: Int64] = [:]
    /// When it was first sent something of a topic, in real milliseconds.
    var firstSent: [String: Int64] = [:]
    /// When it was told that it would be closed, in real milliseconds.
    var announced: Int64?
    var isOver = false
    /// Whether it stands and does nothing.
    var isFrozen = false
    /// Kept back to change places with the next, by topic.
    var late: [String: Frame] = [:]
    /// Sent, but not long ago.
    var young: [(mark: Mark, sent: Int64)] = []

    init(_ connection: WebSocketConnection) { self.connection = connection }
  }

  /// What was sent this long before the end of a connection may have been lost with it, in real milliseconds.
  private static let underWay: Int64 = 1000
  /// What happened so long ago is known to the gateway, in real milliseconds.
  private static let known: Int64 = 150
  /// From the announcement of an end to the end, in real milliseconds.
  private static let notice: Int64 = 1500

  private let market: ChaosMarket
  private let loop: EventLoop
  private let log: Lock<ChaosLog>
  private let now: () -> Int64
  private var peers: [ObjectIdentifier: Peer] = [:]
  private var sentUntil: Int64
  private var stalledUntil: Int64 = 0
  private var mutedUntil: [String: Int64] = [:]
  private var duplicates = 0
  private var reorders = 0
  private var delays: [String: (count: Int, milliseconds: Int64)] = [:]
  /// When something of a topic was last sent, by the exchange's time.
  private var lastSent: [String: Int64] = [:]
  /// The server's; set once it listens.
  var port: UInt16 = 0

  init(_ market: ChaosMarket, loop: EventLoop, log: Lock<ChaosLog>, now: @escaping () -> Int64) {
    (self.market, self.loop, self.log, self.now) = (market, loop, log, now)
    sentUntil = now()
  }

  // MARK: Clients

  func joined(_ connection: WebSocketConnection) { peers[ObjectIdentifier(connection)] = Peer(connection) }

  func left(_ connection: WebSocketConnection) {
    guard let peer = peers.removeValue(forKey: ObjectIdentifier(connection)), !peer.isOver else { return }
    note(endOf: [peer], isFault: false)
  }

  func received(_ text: String, from connection: WebSocketConnection) {
    guard let peer = peers[ObjectIdentifier(connection)], !peer.isFrozen else { return }
    if text == "ping" { return connection.sendText(ToyFrames.pong) }
    let list = text.drop { $0 != "[" }.prefix { $0 != "]" }
    let topics = list.split(separator: "\"").map(String.init).filter { !["[", ","].contains($0) }
    let since = text.contains(#""op":"open""#) ? EventLoop.monotonicMilliseconds : nil
    for topic in topics { peer.topics[topic] = since }
    connection.sendText(ToyFrames.taken(Int(ExchangeText.member("number", of: text)) ?? 0))
  }

  // MARK: Time

  /// Sends what has happened since the last time.
  func pump() {
    let time = now()
    let frames = frames(from: sentUntil, to: time)
    sentUntil = time
    let real = EventLoop.monotonicMilliseconds
    for peer in peers.values { settle(peer, real) }
    for frame in frames {
      let readers = peers.values.filter { !$0.isOver && $0.topics[frame.topic] != nil }
      let isMute = real < max(stalledUntil, mutedUntil[frame.topic] ?? 0)
      if isMute || readers.allSatisfy(\.isFrozen) {
        if !readers.isEmpty { note(lossOf: frame, isLate: false, time) }
      } else {
        for peer in readers where !peer.isFrozen { pass(frame, to: peer, real) }
      }
    }
  }

  private func pass(_ frame: Frame, to peer: Peer, _ real: Int64) {
    // A state of a candle shows nothing that the next one does not.
    if let delay = delays[frame.topic], delay.count > 0, frame.mark != nil {
      delays[frame.topic] = (delay.count - 1, delay.milliseconds)
      note(lossOf: frame, isLate: true, sentUntil)
      loop.schedule(afterMilliseconds: delay.milliseconds) { [self] in
        if !peer.isOver { send(frame, to: peer, EventLoop.monotonicMilliseconds) }
      }
      return
    }
    if reorders > 0, peer.late[frame.topic] == nil {
      reorders -= 1
      peer.late[frame.topic] = frame
      note(lossOf: frame, isLate: true, sentUntil)
      return
    }
    send(frame, to: peer, real)
    if duplicates > 0 {
      duplicates -= 1
      send(frame, to: peer, real)
    }
    if let late = peer.late.removeValue(forKey: frame.topic) { send(late, to: peer, real) }
  }

  private func send(_ frame: Frame, to peer: Peer, _ real: Int64) {
    guard peer.connection.isOpen else { return }
    peer.connection.sendText(frame.text)
    lastSent[frame.topic] = sentUntil
    if peer.firstSent[frame.topic] == nil { peer.firstSent[frame.topic] = real }
    if let mark = frame.mark { peer.young.append((mark, real)) }
  }

  private func settle(_ peer: Peer, _ real: Int64) {
    let old = peer.young.prefix { real - $0.sent > Self.underWay }
    guard !old.isEmpty else { return }
    peer.young.removeFirst(old.count)
    log.withLock { log in
      for (mark, _) in old {
        switch mark {
        case .trade(let id): log.sureTrades.insert(id)
        case .liquidation(let number): log.sureLiquidations.insert(number)
        case .garbage: log.sureGarbage += 1
        case .final: break
        }
      }
    }
  }

  // MARK: Frames

  private func frames(from: Int64, to: Int64) -> [Frame] {
    var frames: [Frame] = []
    var border = (from / ChaosMarket.minute + 1) * ChaosMarket.minute
    if from % ChaosMarket.minute == 0 { border = from }
    for id in market.trades(from: from, to: to) {
      let trade = market.trade(id)
      while trade.time >= border {
        frames.append(contentsOf: final(of: border - ChaosMarket.minute))
        border += ChaosMarket.minute
      }
      frames.append(
        Frame(
          topic: "trades:\(ChaosMarket.symbol)",
          text: ToyFrames.trade(
            id: id, price: ChaosMarket.decimal(trade.cents, places: 2),
            quantity: ChaosMarket.decimal(trade.thousandths, places: 3), side: trade.isBuy ? "buy" : "sell",
            time: Int(trade.time)), mark: .trade(id)))
      frames += candle(openTime: border - ChaosMarket.minute, until: trade.time + 1, isClosed: false)
    }
    while to > border {
      frames += final(of: border - ChaosMarket.minute)
      border += ChaosMarket.minute
    }
    return frames + liquidations(from: from, to: to)
  }

  private func final(of openTime: Int64) -> [Frame] { candle(openTime: openTime, until: .max, isClosed: true) }

  private func candle(openTime: Int64, until: Int64, isClosed: Bool) -> [Frame] {
    guard let row = market.decimals(openTime: openTime, until: until) else { return [] }
    let text = ToyFrames.candle(
      open: Int(openTime), prices: Array(row.prefix(4)), volume: row[4], isClosed: isClosed)
    return [
      Frame(topic: "candles(1m):\(ChaosMarket.symbol)", text: text, mark: isClosed ? .final(openTime) : nil)
    ]
  }

  private func liquidations(from: Int64, to: Int64) -> [Frame] {
    market.liquidations(from: from, to: to).map { number in
      let event = market.liquidation(number)
      return Frame(
        topic: "liquidations",
        text: ToyFrames.liquidation(
          position: event.isBuy ? "short" : "long", price: ChaosMarket.decimal(event.cents, places: 2),
          quantity: ChaosMarket.decimal(event.thousandths, places: 3), time: Int(event.time)),
        mark: .liquidation(number))
    }
  }

  // MARK: Faults

  /// Does what a fault of the streams asks; those of REST are the exchange's affair.
  func obey(_ fault: ChaosFault) {
    let real = EventLoop.monotonicMilliseconds
    switch fault {
    case .close: end { $0.close([.normal, .goingAway, .internalError][Int(real % 3)], reason: "") }
    case .cut: end { $0.abort() }
    case .reset:
      haveResets()
      end { $0.abort() }
    case .announcedClose:
      let doomed = Array(peers.values)
      for peer in doomed where peer.connection.isOpen {
        peer.connection.sendText(ToyFrames.closing)
        peer.announced = real
      }
      loop.schedule(afterMilliseconds: Self.notice) { [self] in end(doomed) { $0.close(.serviceRestart, reason: "") } }
    case .stall(let milliseconds): stalledUntil = real + milliseconds
    case .mute(let topic, let milliseconds): mutedUntil[topic] = real + milliseconds
    case .duplicates(let count): duplicates = count
    case .reorders(let count): reorders = count
    case .late(let topic, let count, let milliseconds): delays[topic] = (count, milliseconds)
    case .forget(let topic):
      for peer in peers.values { peer.topics[topic] = nil }
      log.withLock { $0.silences.append((topic, now())) }
    case .freeze: for peer in peers.values { peer.isFrozen = true }
    case .garbage(let text):
      for peer in peers.values where peer.connection.isOpen && !peer.isFrozen {
        peer.connection.sendText(text)
        peer.young.append((.garbage, real))
      }
    case .calm: calm()
    case .status, .ban, .slow, .refusal: break
    }
  }

  /// All is well again.
  func calm() {
    (stalledUntil, mutedUntil, duplicates, reorders, delays) = (0, [:], 0, 0, [:])
  }

  private func end(_ doomed: [Peer]? = nil, _ body: (WebSocketConnection) -> Void) {
    let doomed = (doomed ?? Array(peers.values)).filter { !$0.isOver && $0.connection.isOpen }
    note(endOf: doomed, isFault: true)
    for peer in doomed {
      peer.young = []
      body(peer.connection)
    }
  }

  /// Has the kernel end the connections of this server with RST instead of FIN.
  private func haveResets() {
    for descriptor in 0..<Int32(1024) {
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isKnown = withUnsafeMutablePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
      }
      guard isKnown, address.sin_family == sa_family_t(AF_INET), UInt16(bigEndian: address.sin_port) == port else {
        continue
      }
      var abrupt = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
    }
  }
}

// MARK: - What is written down

extension ChaosFloor {
  /// Connections end: by a fault, or as the gateway wants it.
  private func note(endOf ended: [Peer], isFault: Bool) {
    let (real, time) = (EventLoop.monotonicMilliseconds, now())
    for peer in ended { peer.isOver = true }
    for topic in Set(ended.flatMap(\.topics.keys)) {
      let carriers = ended.filter { $0.topics[topic] != nil }
      let others = peers.values.filter { !$0.isOver }.compactMap { $0.topics[topic] }
      // What the gateway gives up while it has another is no break.
      if !isFault, others.contains(where: { real - $0 >= Self.known }) { continue }
      let since = carriers.compactMap { $0.topics[topic] }.min() ?? real
      let sent = carriers.compactMap { $0.firstSent[topic] }.min()
      let announced = carriers.map(\.announced)
      let isClear = announced.allSatisfy { $0.map { real - $0 >= Self.known } ?? true }
      let entry = ChaosLog.Break(
        topic: topic, time: time, silentSince: lastSent[topic] ?? time,
        isSure: others.isEmpty && real - since >= Self.known,
        isSeparate: (topic == "liquidations" ? since : sent ?? real) <= real - Self.known,
        wasAnnounced: isClear && Set(announced.map { $0 != nil }).count == 1 ? announced[0] != nil : nil)
      log.withLock { $0.breaks.append(entry) }
    }
  }

  private func note(lossOf frame: Frame, isLate: Bool, _ time: Int64) {
    var (trade, candle): (Int?, Int64?) = (nil, nil)
    switch frame.mark {
    case .trade(let id) where !isLate: trade = id
    case .final(let openTime) where !isLate: candle = openTime
    default: break
    }
    let loss = ChaosLog.Loss(topic: frame.topic, time: time, trade: trade, candle: candle)
    log.withLock { $0.losses.append(loss) }
  }
}
