internal import CCurl

/// What an `HTTPClient` has on its loop: libcurl's multi handles and the transfers under way. Loop-confined.
final class HTTPClientTransfers {
  typealias Outcome = Result<HTTPClientResponse, HTTPClientError>
  typealias Continuation = CheckedContinuation<Outcome, Never>

  private let loop: EventLoop
  private let options: HTTPClientOptions
  private let handles: CurlHandles
  private let multi: CurlMulti
  /// The connections of HTTP/1.1 for long bodies. libcurl takes a server that has answered by HTTP/1.1 for one that speaks no
  /// HTTP/2, and would open a connection for each request after that: it must not know of these.
  private let longBodies: CurlMulti
  private var running: [ObjectIdentifier: HTTPClientTransfer] = [:]
  private var isClosed = false

  init(loop: EventLoop, options: HTTPClientOptions) {
    self.loop = loop
    self.options = options
    handles = CurlHandles(options)
    multi = CurlMulti(loop: loop, maxHostConnections: options.maxHostConnections)
    longBodies = CurlMulti(loop: loop, maxHostConnections: options.maxHostConnections)
  }

  func begin(_ request: HTTPClientRequest, _ call: HTTPClientCall, _ continuation: Continuation) {
    if isClosed || call.isCancelled {
      let reason = isClosed ? "the client is shut down" : "the task was cancelled"
      return continuation.resume(
        returning: .failure(HTTPClientError(.cancelled, "\(request.loggableURL): \(reason)")))
    }
    guard let easy = handles.take() else {
      return continuation.resume(
        returning: .failure(HTTPClientError(.connect, "\(request.loggableURL): libcurl gives no handle")))
    }
    let multi = request.expectsLongBody && request.isSecure ? longBodies : multi
    let transfer = HTTPClientTransfer(request, easy, on: multi, call, options, continuation)
    running[ObjectIdentifier(call)] = transfer
    // libcurl 7.88 lets no deadline expire while a request waits for a connection (multi.c, MSTATE_PENDING).
    transfer.deadline = loop.schedule(afterMilliseconds: request.timeoutMilliseconds) { [weak self, unowned call] in
      self?.end(call, failing: .timeout, "no whole answer within \(request.timeoutMilliseconds) ms")
    }
    transfer.sentMicroseconds = EventLoop.wallClockMicroseconds
    let finished = { [weak self, unowned call] (code: CURLcode) -> Void in self?.finished(call, code) }
    if !(transfer.configure() && multi.add(easy, finished: finished)) {
      end(call, failing: .invalidRequest, "libcurl refuses the request")
    }
  }

  func cancel(_ call: HTTPClientCall) {
    end(call, failing: .cancelled, "the task was cancelled")
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    for transfer in running.values { end(transfer.call, failing: .cancelled, "the client is shut down") }
    multi.close()
    longBodies.close()
    handles.close()
  }

  private func finished(_ call: HTTPClientCall, _ code: CURLcode) {
    guard let transfer = running[ObjectIdentifier(call)] else { return }
    end(call, transfer.outcome(code))
  }

  private func end(_ call: HTTPClientCall, failing kind: HTTPClientError.Kind, _ reason: String) {
    guard let transfer = running[ObjectIdentifier(call)] else { return }
    end(call, .failure(HTTPClientError(kind, "\(transfer.request.loggableURL): \(reason)")))
  }

  private func end(_ call: HTTPClientCall, _ outcome: Outcome) {
    guard let transfer = running.removeValue(forKey: ObjectIdentifier(call)) else { return }
    transfer.deadline?.cancel()
    transfer.multi.remove(transfer.easy)
    transfer.release()
    handles.giveBack(transfer.easy)
    transfer.continuation.resume(returning: outcome)
  }
}
