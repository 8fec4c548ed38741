internal import CCurl

/// libcurl's handles for the requests of one client: with all set that is the same for each of them, and kept from one to the
/// next. Loop-confined.
///
/// Buys: with sixteen pages under way twelve handles that are not made anew, and for each page a dozen options not told again.
/// Assumes: that a request sets all that another may have set, and takes back what names its own memory
/// (`HTTPClientTransfer.configure`, `.release`).
final class CurlHandles {
  /// Finished handles kept for the next request: as many as a client that asks for pages has under way.
  private static let maxIdle = 16
  /// What is read of a connection at once: a page of history comes in one or two pieces, each of which is a turn of the loop.
  private static let readBytes = 128 << 10

  private let options: HTTPClientOptions
  private let sessions = CurlSessions()
  private var idle: [UnsafeMutableRawPointer] = []

  init(_ options: HTTPClientOptions) {
    self.options = options
  }

  deinit { close() }

  /// A handle for a request; `nil` without memory, or when libcurl refuses what makes it safe.
  func take() -> UnsafeMutableRawPointer? {
    if let easy = idle.popLast() { return easy }
    guard let easy = sessions.newHandle() else { return nil }
    guard configure(easy) else {
      curl_easy_cleanup(easy)
      return nil
    }
    return easy
  }

  /// A handle that no transfer uses any more.
  func giveBack(_ easy: UnsafeMutableRawPointer) {
    if idle.count < Self.maxIdle {
      idle.append(easy)
    } else {
      curl_easy_cleanup(easy)
    }
  }

  /// Gives up what is kept.
  func close() {
    for easy in idle { curl_easy_cleanup(easy) }
    idle = []
  }

  private func configure(_ easy: UnsafeMutableRawPointer) -> Bool {
    guard mg_easy_set_str(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK,
      mg_easy_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1) == CURLE_OK,
      mg_easy_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2) == CURLE_OK,
      mg_easy_set_long(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2) == CURLE_OK
    else { return false }
    if let caFile = options.caFile {
      // Distributions build libcurl with a directory of certificates as well; it would still be trusted.
      guard mg_easy_set_str(easy, CURLOPT_CAINFO, caFile) == CURLE_OK,
        mg_easy_set_str(easy, CURLOPT_CAPATH, nil) == CURLE_OK
      else { return false }
    }
    if let proxy = options.proxy { mg_easy_set_str(easy, CURLOPT_PROXY, proxy) }
    mg_easy_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    mg_easy_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
    mg_easy_set_long(easy, CURLOPT_BUFFERSIZE, Self.readBytes)
    mg_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: options.connectMilliseconds))
    mg_easy_set_str(easy, CURLOPT_USERAGENT, options.userAgent)
    // Empty: every encoding this libcurl can undo.
    mg_easy_set_str(easy, CURLOPT_ACCEPT_ENCODING, "")
    configureLoopSafety(easy)
    return true
  }

  private func configureLoopSafety(_ easy: UnsafeMutableRawPointer) {
    mg_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
    // Without it, ending a transfer during a lookup joins the resolver's thread: the loop would stand still for as
    // long as the name server is silent (libcurl 7.88 asyn-thread.c, Curl_resolver_kill). The thread cleans up alone.
    mg_easy_set_long(easy, CURLOPT_QUICK_EXIT, 1)
  }
}
