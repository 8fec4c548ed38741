internal import CCurl

extension HTTPClientError.Kind {
  /// What a code of libcurl-errors(3) means to the caller.
  init(_ code: CURLcode) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      self = .resolve
    case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED, CURLE_NO_CONNECTION_AVAILABLE:
      self = .connect
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
      self = .tls
    case CURLE_OPERATION_TIMEDOUT:
      self = .timeout
    case CURLE_FILESIZE_EXCEEDED:
      self = .bodyTooLarge
    case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION:
      self = .invalidRequest
    case CURLE_ABORTED_BY_CALLBACK:
      self = .cancelled
    default:
      // CURLE_UNSUPPORTED_PROTOCOL too: with the URL's scheme checked before, it says that the answer is HTTP/0.9.
      self = .broken
    }
  }

  /// Whether libcurl's own sentence about it names hosts, ports and certificates alone, and may be logged.
  var hasLoggableDetail: Bool {
    switch self {
    case .resolve, .connect, .tls: true
    case .timeout, .bodyTooLarge, .broken, .cancelled, .invalidRequest: false
    }
  }
}

/// Words for libcurl's codes.
enum CurlText {
  /// The detail if there is one, or else the code's general sentence.
  static func reason(_ code: CURLcode, detail: UnsafePointer<CChar>?) -> String {
    if let detail, detail.pointee != 0 { return String(cString: detail) }
    guard let sentence = curl_easy_strerror(code) else { return "libcurl error \(code.rawValue)" }
    return String(cString: sentence)
  }
}
