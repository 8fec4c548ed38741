internal import Synchronization

/// HTTP/1.1 and HTTP/2 to the exchanges: libcurl's multi interface on one event loop. Callable from any task.
///
/// Connections are kept and shared; certificates and host names are always verified; redirects are answers, not
/// orders. Shut it down before its loop: a request that the loop's end overtakes is never answered.
public final class HTTPClient: Sendable {
  private let loop: EventLoop
  private let transfers: LoopBound<HTTPClientTransfers>
  private let tap: (any HTTPClientTap)?

  /// A client whose transfers run on the loop.
  public init(loop: EventLoop, options: HTTPClientOptions = HTTPClientOptions()) {
    self.loop = loop
    tap = options.tap
    transfers = LoopBound(HTTPClientTransfers(loop: loop, options: options), loop: loop)
  }

  deinit {
    let transfers = transfers
    loop.post { transfers.value.close() }
  }

  /// Sends the request and waits for the whole answer, whatever its status. Cancelling the task ends the transfer.
  public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
    if let fault = request.fault { throw HTTPClientError(.invalidRequest, "\(request.loggableURL): \(fault)") }
    let call = HTTPClientCall()
    let loop = loop
    let transfers = transfers
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.post { transfers.value.begin(request, call, continuation) }
      }
    } onCancel: {
      // A cancellation that reaches the loop before the request does is seen by this mark.
      call.cancel()
      loop.post { transfers.value.cancel(call) }
    }
    tap?.finished(request, outcome, receiveMicroseconds: EventLoop.wallClockMicroseconds)
    return try outcome.get()
  }

  /// Ends all transfers as cancelled and closes all connections; later requests fail as cancelled.
  public func shutdown() async {
    let transfers = transfers
    await withCheckedContinuation { continuation in
      loop.post {
        transfers.value.close()
        continuation.resume()
      }
    }
  }
}

/// Names one call of `send` on both sides of the loop's door.
final class HTTPClientCall: Sendable {
  private let mark = Atomic<Bool>(false)

  var isCancelled: Bool { mark.load(ordering: .relaxed) }

  func cancel() { mark.store(true, ordering: .relaxed) }
}
