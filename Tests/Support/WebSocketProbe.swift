public import Net

/// A WebSocket client on a loop of its own, in the hands of a test: what its delegate hears can be awaited.
public final class WebSocketProbe: Sendable {
  /// A call of the delegate.
  public enum Event: Sendable, Equatable {
    case opened
    case text(String)
    case binary([UInt8])
    case readFinished
    case ponged
    case closed(WebSocketClosure)
  }

  /// All calls but `readFinished`, which only reaches `react`.
  public let events = Witness<Event>()
  private let loop = EventLoop(name: "probe")
  private let client: LoopBound<WebSocketClient>

  /// A client of the URL. `react` runs inside each call of the delegate.
  public init(
    _ url: String, _ options: WebSocketClientOptions = WebSocketClientOptions(proxy: ""),
    react: @escaping @Sendable (Event, WebSocketClient) -> Void = { _, _ in }
  ) {
    let delegate = Delegate(events: events, react: react)
    let client = WebSocketClient(loop: loop, url: url, options: options, delegate: delegate)
    delegate.client = client
    self.client = LoopBound(client, loop: loop)
  }

  deinit { loop.shutdown() }

  /// Runs the closure on the loop with the client.
  public func perform(_ body: @escaping @Sendable (WebSocketClient) -> Void) {
    let client = client
    loop.post { body(client.value) }
  }

  /// Begins.
  public func connect() { perform { $0.connect() } }

  /// The next call of the delegate.
  public func next() async -> Event? { await events.next() }

  /// The closure, after whatever comes before it.
  public func closure() async -> WebSocketClosure? {
    while let event = await events.next() {
      if case .closed(let closure) = event { return closure }
    }
    return nil
  }

  private final class Delegate: WebSocketClientDelegate {
    weak var client: WebSocketClient?
    private let events: Witness<Event>
    private let react: @Sendable (Event, WebSocketClient) -> Void

    init(events: Witness<Event>, react: @escaping @Sendable (Event, WebSocketClient) -> Void) {
      self.events = events
      self.react = react
    }

    private func hear(_ event: Event) {
      if event != .readFinished { events.see(event) }
      if let client { react(event, client) }
    }

    func opened() { hear(.opened) }
    func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
      hear(.text(String(decoding: text, as: UTF8.self)))
    }
    func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) { hear(.binary(Array(binary))) }
    func readFinished() { hear(.readFinished) }
    func ponged() { hear(.ponged) }
    func closed(_ closure: WebSocketClosure) { hear(.closed(closure)) }
  }
}
