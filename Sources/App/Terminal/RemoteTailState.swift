internal import Net
internal import Sessions
internal import Wire

/// Decides what a client of a gateway's multiplex does, so that nothing is lost that the gateway still has: it remembers
/// how far each stream has come, and asks from there on after a break. Times are monotonic milliseconds.
struct RemoteTailState {
  /// What the shell must do.
  enum Action: Equatable {
    /// Send a text message.
    case send(String)
    /// Send a ping.
    case ping
    /// Show an event.
    case show([UInt8])
    /// Tell the user.
    case say(String)
    /// The connection is dead: end it.
    case abort
    /// Connect, after so many milliseconds.
    case connect(afterMilliseconds: Int64)
    /// Call `woke`, after so many milliseconds.
    case wake(afterMilliseconds: Int64)
    /// The streams cannot be had.
    case fail(String)
  }

  /// How often the connection is looked at, in milliseconds.
  static let lookPeriod: Int64 = 10_000
  /// A connection that has been silent for so long, pings and all, is dead, in milliseconds.
  static let silenceLimit: Int64 = 30_000
  /// A stream that was refused and may be had later is asked for again after so long, in milliseconds.
  static let refusalPause: Int64 = 1000

  /// In the order of asking.
  private var streams: [String]
  private var points: [String: (epoch: UInt64, sequence: UInt64)] = [:]
  private var refused: [String] = []
  private var told: [String: String] = [:]
  private var backoff: Backoff
  private var opened: Int64?
  private var lastHeard: Int64 = 0
  private var hasBroken = false

  init(_ streams: [String], backoff: Backoff = .streams) {
    self.streams = streams
    self.backoff = backoff
  }

  /// The connection is open.
  mutating func opened(now: Int64) -> [Action] {
    opened = now
    lastHeard = now
    refused = []
    let news: [Action] = hasBroken ? [.say("connected again")] : []
    return news + [.send(command(for: streams))]
  }

  /// A message has come.
  mutating func received(_ bytes: [UInt8], now: Int64) -> [Action] {
    lastHeard = now
    switch GatewayMessage.read(bytes) {
    case .event(let stream, let sequence, let bare):
      points[stream]?.sequence = sequence
      return [.show(bare)]
    case .subscribed(let beginnings): return begin(beginnings)
    case .refused(let stream, let code, let detail, let isRetryable):
      return refuse(stream, code, detail, isRetryable)
    case .notice(let text): return [.say(text)]
    case .ended(let stream, let detail):
      streams.removeAll { $0 == stream }
      let text = TextWidth.printable("\(stream) is over: \(detail)")
      return [streams.isEmpty ? .fail(text) : .say(text)]
    case .other: return []
    case nil: return [.fail("this is no gateway: its messages cannot be read")]
    }
  }

  /// The connection has answered a ping.
  mutating func ponged(now: Int64) { lastHeard = now }

  /// The pause after a refusal is over.
  mutating func woke() -> [Action] {
    guard opened != nil, !refused.isEmpty else { return [] }
    defer { refused = [] }
    return [.send(command(for: refused))]
  }

  /// To be called every `lookPeriod`.
  mutating func look(now: Int64) -> [Action] {
    guard opened != nil else { return [] }
    guard now - lastHeard < RemoteTailState.silenceLimit else { return [.abort] }
    return now - lastHeard >= RemoteTailState.lookPeriod ? [.ping] : []
  }

  /// The connection has ended, or did not come about.
  mutating func closed(
    _ closure: WebSocketClosure, now: Int64, using random: inout some RandomNumberGenerator
  ) -> [Action] {
    let wellFor = opened.map { now - $0 } ?? 0
    opened = nil
    hasBroken = true
    let cause = RemoteTailState.words(of: closure)
    guard RemoteTailState.mayPass(closure.cause) else { return [.fail(cause)] }
    let pause = backoff.pause(wentWellFor: wellFor, using: &random)
    return [.say("\(cause); trying again in \(pause) ms"), .connect(afterMilliseconds: pause)]
  }

  // MARK: Answers

  private mutating func begin(_ beginnings: [GatewayMessage.Beginning]) -> [Action] {
    var actions: [Action] = []
    for beginning in beginnings where streams.contains(beginning.stream) {
      points[beginning.stream] = (beginning.epoch, beginning.sequence)
      told[beginning.stream] = nil
      switch beginning.isRecovered {
      case true: actions.append(.say(TextWidth.printable("\(beginning.stream): what was missed follows")))
      case false:
        actions.append(
          .say(
            TextWidth.printable("\(beginning.stream) begins anew: what happened meanwhile is not known to the gateway"))
        )
      case nil: break
      }
    }
    return actions
  }

  private mutating func refuse(
    _ stream: String?, _ code: String, _ detail: String, _ isRetryable: Bool
  ) -> [Action] {
    let text = TextWidth.printable("\(code): \(detail)")
    guard isRetryable, let stream, streams.contains(stream) else { return [.fail(text)] }
    let isFirst = refused.isEmpty
    if !refused.contains(stream) { refused.append(stream) }
    var actions: [Action] = []
    // The same cause is said once.
    if told.updateValue(text, forKey: stream) != text { actions.append(.say("\(text); trying again")) }
    if isFirst { actions.append(.wake(afterMilliseconds: RemoteTailState.refusalPause)) }
    return actions
  }

  /// `subscribe`, each stream from where it had come to.
  private func command(for streams: [String]) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.key("op")
    json.string("subscribe")
    json.key("id")
    json.integer(1)
    json.key("args")
    json.beginArray()
    for stream in streams { json.string(stream) }
    json.endArray()
    let known = streams.filter { points[$0] != nil }
    if !known.isEmpty {
      json.key("since")
      json.beginObject()
      for stream in known {
        guard let point = points[stream] else { continue }
        json.key(stream)
        json.beginObject()
        json.key("epoch")
        json.integer(Int64(clamping: point.epoch))
        json.key("seq")
        json.integer(Int64(clamping: point.sequence))
        json.endObject()
      }
      json.endObject()
    }
    json.endObject()
    return String(decoding: json.take(), as: UTF8.self)
  }

  // MARK: Ends

  /// Whether another attempt may go better.
  private static func mayPass(_ cause: WebSocketClosure.Cause) -> Bool {
    switch cause {
    case .handshake(let status): status.map { $0 == 429 || $0 >= 500 } ?? false
    case .peerClosed(.policyViolation), .tls, .protocolError: false
    default: true
    }
  }

  private static func words(of closure: WebSocketClosure) -> String {
    let reason = closure.reason.isEmpty ? "" : ": \(closure.reason)"
    let text =
      switch closure.cause {
      case .handshake(let status):
        "the gateway refuses the connection\(status.map { " (status \($0))" } ?? "")\(reason)"
      case .peerClosed(let code): "the gateway has closed the connection (\(code.number))\(reason)"
      case .broken, .local: "the connection to the gateway is lost\(reason)"
      case .connect, .resolve, .timeout: "the gateway cannot be reached\(reason)"
      case .tls: "the gateway's certificate is refused\(reason)"
      case .protocolError: "this is no gateway\(reason)"
      }
    return TextWidth.printable(text)
  }
}
