internal import CCurl
internal import Glibc

/// Brings about a TCP connection the way libcurl knows: names, several addresses at once, proxies and their tunnels.
/// The socket stays libcurl's, and open until `close()`. Loop-confined.
///
/// Each dialer has a multi handle of its own: in a shared one the limit of connections to a host, meant for requests,
/// would keep the fifth WebSocket to an exchange waiting for ever.
final class WebSocketClientDialer {
  enum Outcome {
    /// Connected: a non-blocking socket.
    case connected(descriptor: Int32)
    case failed(WebSocketClosure)
  }

  private let multi: CurlMulti
  private let easy: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>

  /// `dialed` is called at most once, later and on the loop.
  init?(
    loop: EventLoop, url: WebSocketClientURL, options: WebSocketClientOptions, dialed: @escaping (Outcome) -> Void
  ) {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    multi = CurlMulti(loop: loop, maxHostConnections: 0)
    guard configure(url, options) else { return nil }
    let isAdded = multi.add(easy) { [weak self] code in
      guard let self else { return }
      dialed(outcome(code))
    }
    guard isAdded else { return nil }
  }

  deinit {
    multi.abandon()
    curl_easy_cleanup(easy)
    errorText.deallocate()
  }

  /// Closes the socket, which must not be watched any more.
  func close() {
    multi.close()
  }

  /// `http`, not `https`: TLS is ours, since libcurl's own reads one record at a time.
  private func configure(_ url: WebSocketClientURL, _ options: WebSocketClientOptions) -> Bool {
    guard mg_easy_set_str(easy, CURLOPT_URL, "http://\(url.authority)/") == CURLE_OK,
      mg_easy_set_long(easy, CURLOPT_CONNECT_ONLY, 1) == CURLE_OK,
      mg_easy_set_long(easy, CURLOPT_HTTPPROXYTUNNEL, 1) == CURLE_OK
    else { return false }
    if let proxy = options.proxy ?? (url.isSecure ? Self.secureProxy { getenv($0).map { String(cString: $0) } } : nil) {
      guard mg_easy_set_str(easy, CURLOPT_PROXY, proxy) == CURLE_OK else { return false }
    }
    mg_easy_set_ptr(easy, CURLOPT_ERRORBUFFER, errorText)
    mg_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
    // As in HTTPClientTransfer: a silent name server must not hold the loop.
    mg_easy_set_long(easy, CURLOPT_QUICK_EXIT, 1)
    mg_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: options.connectMilliseconds))
    return true
  }

  /// The environment's proxy for secure connections. libcurl chooses the variable by the URL's scheme, which here hides
  /// that the connection will be a secure one; the order is libcurl's.
  static func secureProxy(_ variable: (String) -> String?) -> String? {
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
      if let value = variable(name), !value.isEmpty { return value }
    }
    return nil
  }

  private func outcome(_ code: CURLcode) -> Outcome {
    if code == CURLE_OK {
      var descriptor: curl_socket_t = -1
      mg_easy_get_socket(easy, &descriptor)
      guard descriptor >= 0 else { return .failed(WebSocketClosure(.connect, reason: "libcurl gave no socket")) }
      return .connected(descriptor: descriptor)
    }
    let reason = CurlText.reason(code, detail: errorText)
    switch HTTPClientError.Kind(code) {
    case .resolve: return .failed(WebSocketClosure(.resolve, reason: reason))
    case .timeout: return .failed(WebSocketClosure(.timeout, reason: reason))
    case .connect, .tls, .bodyTooLarge, .broken, .cancelled, .invalidRequest:
      return .failed(WebSocketClosure(.connect, reason: reason))
    }
  }
}
