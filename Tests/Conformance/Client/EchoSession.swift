import Net
import Wire

/// One connection that sends back what it gets, from its opening to its end.
///
/// Crosses threads on its way to the loop; used on the loop only.
final class EchoSession: WebSocketClientDelegate, @unchecked Sendable {
  /// How it went.
  struct End: Sendable {
    let closure: WebSocketClosure
    /// The last text that came.
    let lastText: String?
  }

  private let echoes: Bool
  private var client: WebSocketClient?
  private var lastText: String?
  private var ended: CheckedContinuation<End, Never>?

  private init(echoes: Bool) {
    self.echoes = echoes
  }

  /// Connects, and returns when the connection has ended.
  static func run(
    _ url: String, on loop: EventLoop, options: WebSocketClientOptions, echoes: Bool = true
  ) async -> End {
    let session = EchoSession(echoes: echoes)
    return await withCheckedContinuation { continuation in
      loop.post {
        session.ended = continuation
        let client = WebSocketClient(loop: loop, url: url, options: options, delegate: session)
        session.client = client
        client.connect()
      }
    }
  }

  func opened() {}

  func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    let text = String(decoding: text, as: UTF8.self)
    if echoes { client?.send(text: text) } else { lastText = text }
  }

  func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64) {
    if echoes { client?.send(binary: Array(binary)) }
  }

  func readFinished() {}
  func ponged() {}

  func closed(_ closure: WebSocketClosure) {
    client = nil
    ended?.resume(returning: End(closure: closure, lastText: lastText))
    ended = nil
  }
}
