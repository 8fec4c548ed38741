internal import Net
internal import Wire

/// A server whose clients are only there: for `footprint.py`.
enum IdleServer {
  /// Takes what comes and says nothing.
  private final class IdleClient: WebSocketHandler {
    func received(text: UnsafeRawBufferPointer) {}
    func received(binary: UnsafeRawBufferPointer) {}
    func closed(_ code: WebSocketCloseCode, reason: String) {}
  }

  static func server(port: UInt16, loop: EventLoop) -> HTTPServer {
    var options = HTTPServerOptions()
    options.port = port
    return HTTPServer(loops: [loop], options: options) { _, _ in .webSocket { _ in IdleClient() } }
  }
}
