internal import CCurl

/// The TLS sessions that servers have given, for all handles that it makes: a new connection then proves nothing by certificate.
/// Left to itself libcurl 7.88 keeps them by handle, and what one has been given does not help another. Loop-confined.
final class CurlSessions {
  private let share = curl_share_init()

  /// Nothing is remembered yet. Without memory for it each connection begins anew.
  init() {
    // No lock is named (CURLSHOPT_LOCKFUNC), as all handles are the loop's.
    if let share { mg_share_set_long(share, CURLSHOPT_SHARE, Int(CURL_LOCK_DATA_SSL_SESSION.rawValue)) }
  }

  deinit {
    // Refused while a handle still uses it (CURLSHE_IN_USE): a leak, and no dangling reference.
    curl_share_cleanup(share)
  }

  /// A handle that remembers and finds sessions here, `nil` without memory.
  func newHandle() -> UnsafeMutableRawPointer? {
    guard let easy = curl_easy_init() else { return nil }
    if let share { mg_easy_set_ptr(easy, CURLOPT_SHARE, share) }
    return easy
  }
}
