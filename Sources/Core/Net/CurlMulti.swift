internal import CCurl
internal import Glibc

/// libcurl's multi interface driven by an event loop: libcurl says which descriptors and which timer it waits for, the
/// loop says when they are due. Loop-confined, but may be created anywhere.
///
/// Descriptors are watched level-triggered: libcurl does not promise to read until the socket is empty.
final class CurlMulti {
  private let loop: EventLoop
  private let raw: UnsafeMutableRawPointer
  private var finishers: [UnsafeMutableRawPointer: (CURLcode) -> Void] = [:]
  private var timer: LoopTimer?
  private var isClosed = false

  /// `maxHostConnections` 0 sets no limit.
  init(loop: EventLoop, maxHostConnections: Int) {
    self.loop = loop
    precondition(curlIsReady, "libcurl cannot start")
    guard let raw = curl_multi_init() else { preconditionFailure("no memory for libcurl") }
    self.raw = raw
    let context = Unmanaged.passUnretained(self).toOpaque()
    mg_multi_set_ptr(raw, CURLMOPT_SOCKETDATA, context)
    mg_multi_set_socket_cb(raw, onSocket)
    mg_multi_set_ptr(raw, CURLMOPT_TIMERDATA, context)
    mg_multi_set_timer_cb(raw, onTimer)
    mg_multi_set_long(raw, CURLMOPT_MAX_HOST_CONNECTIONS, maxHostConnections)
  }

  deinit { abandon() }

  /// Starts a transfer. `finished` is called at most once, never from inside this call; the handle stays in the multi
  /// until `remove`. False when libcurl refuses it.
  func add(_ easy: UnsafeMutableRawPointer, finished: @escaping (CURLcode) -> Void) -> Bool {
    guard !isClosed, curl_multi_add_handle(raw, easy) == CURLM_OK else { return false }
    finishers[easy] = finished
    return true
  }

  /// Ends a transfer, finished or not; its connection is kept only if it can be used again.
  func remove(_ easy: UnsafeMutableRawPointer) {
    guard !isClosed else { return }
    finishers[easy] = nil
    curl_multi_remove_handle(raw, easy)
  }

  /// Ends all transfers and connections. The handles remain the caller's.
  func close() {
    guard !isClosed else { return }
    for easy in finishers.keys { curl_multi_remove_handle(raw, easy) }
    finishers = [:]
    curl_multi_cleanup(raw)
    // Not before: closing connections calls the socket callback once more.
    isClosed = true
    timer?.cancel()
    timer = nil
  }

  /// The last resort, on any thread, when the loop has ended before `close()`: nothing is watched any more, so nothing
  /// is unwatched.
  func abandon() {
    guard !isClosed else { return }
    isClosed = true
    mg_multi_set_socket_cb(raw, nil)
    mg_multi_set_timer_cb(raw, nil)
    for easy in finishers.keys { curl_multi_remove_handle(raw, easy) }
    curl_multi_cleanup(raw)
  }

  private func act(_ descriptor: curl_socket_t, _ mask: Int32) {
    guard !isClosed else { return }
    var running: Int32 = 0
    curl_multi_socket_action(raw, descriptor, mask, &running)
    var done: [(easy: UnsafeMutableRawPointer, code: CURLcode)] = []
    var left: Int32 = 0
    while let message = curl_multi_info_read(raw, &left) {
      if let easy = mg_msg_easy(message) { done.append((easy, mg_msg_result(message))) }
    }
    // A finisher may remove other handles, or close: whoever is gone by its turn is not called.
    for (easy, code) in done {
      guard let finished = finishers[easy] else { continue }
      finishers[easy] = ignoreResult
      finished(code)
    }
  }

  fileprivate func watch(_ descriptor: curl_socket_t, _ what: Int32) {
    guard what != CURL_POLL_REMOVE else { return loop.unwatch(descriptor) }
    var events: LoopEvents = []
    if what & CURL_POLL_IN != 0 { events.insert(.readable) }
    if what & CURL_POLL_OUT != 0 { events.insert(.writable) }
    loop.watch(descriptor, events) { [weak self] ready in
      var mask: Int32 = 0
      // An error is found by reading: with CURL_CSELECT_ERR alone libcurl would not ask the socket which it was.
      if !ready.isDisjoint(with: [.readable, .hangup, .failed]) { mask |= CURL_CSELECT_IN }
      if ready.contains(.writable) { mask |= CURL_CSELECT_OUT }
      self?.act(descriptor, mask)
    }
  }

  fileprivate func wait(milliseconds: Int) {
    timer?.cancel()
    timer = nil
    guard milliseconds >= 0 else { return }
    timer = loop.schedule(afterMilliseconds: Int64(milliseconds)) { [weak self] in
      // CURL_SOCKET_TIMEOUT
      self?.act(-1, 0)
    }
  }
}

private func ignoreResult(_: CURLcode) {}

/// Once a process. A peer that has gone must be an error of the write, not a signal: OpenSSL writes without
/// MSG_NOSIGNAL.
private let curlIsReady: Bool = {
  signal(SIGPIPE, SIG_IGN)
  return curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK
}()

private func onSocket(
  _: UnsafeMutableRawPointer?, _ descriptor: curl_socket_t, _ what: Int32, _ context: UnsafeMutableRawPointer?,
  _: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context else { return 0 }
  Unmanaged<CurlMulti>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.watch(descriptor, what) }
  return 0
}

private func onTimer(_: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?) -> Int32 {
  guard let context else { return 0 }
  Unmanaged<CurlMulti>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.wait(milliseconds: milliseconds) }
  return 0
}
