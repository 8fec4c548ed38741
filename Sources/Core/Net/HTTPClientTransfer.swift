internal import CCurl

/// One request under way: what libcurl is told, and what it brings. Loop-confined.
final class HTTPClientTransfer {
  let request: HTTPClientRequest
  let easy: UnsafeMutableRawPointer
  /// Whose connections it uses.
  let multi: CurlMulti
  let call: HTTPClientCall
  let continuation: HTTPClientTransfers.Continuation
  var deadline: LoopTimer?
  var sentMicroseconds: Int64 = 0

  /// What is read of a connection at once: a page of history comes in one or two pieces, each of which is a turn of the loop.
  private static let readBytes = 128 << 10
  /// The most bytes that a body is given before they have come.
  private static let mostForeseen = 1 << 20

  private var head: HTTPClientResponseHead
  private var body: [UInt8] = []
  /// What this side found wrong, while libcurl only sees its callback refuse.
  private var refusal: (kind: HTTPClientError.Kind, reason: String)?
  private var fields: UnsafeMutablePointer<curl_slist>?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init(
    _ request: HTTPClientRequest, _ easy: UnsafeMutableRawPointer, on multi: CurlMulti, _ call: HTTPClientCall,
    _ options: HTTPClientOptions, _ continuation: HTTPClientTransfers.Continuation
  ) {
    self.request = request
    self.easy = easy
    self.multi = multi
    self.call = call
    self.continuation = continuation
    head = HTTPClientResponseHead(maxFields: options.maxHeaderFields, maxBytes: options.maxHeaderBytes)
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_slist_free_all(fields)
    errorText.deallocate()
  }

  /// False when libcurl refuses an option that matters.
  func configure(_ options: HTTPClientOptions) -> Bool {
    guard mg_easy_set_str(easy, CURLOPT_URL, request.url) == CURLE_OK,
      mg_easy_set_str(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK,
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
    configureVersion()
    mg_easy_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
    mg_easy_set_long(easy, CURLOPT_BUFFERSIZE, HTTPClientTransfer.readBytes)
    mg_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: options.connectMilliseconds))
    mg_easy_set_str(easy, CURLOPT_USERAGENT, options.userAgent)
    // Empty: every encoding this libcurl can undo.
    mg_easy_set_str(easy, CURLOPT_ACCEPT_ENCODING, "")
    configureLoopSafety()
    configureCallbacks()
    return configureMethod() && configureFields()
  }

  private func configureVersion() {
    guard !request.expectsLongBody else {
      mg_easy_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
      return
    }
    mg_easy_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    // Wait for a connection that may turn out to be HTTP/2 instead of opening one more. Without TLS it never does, and libcurl
    // would only know when the first answer has come: a slow one would hold up all the others.
    if request.isSecure { mg_easy_set_long(easy, CURLOPT_PIPEWAIT, 1) }
  }

  private func configureLoopSafety() {
    mg_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
    // Without it, ending a transfer during a lookup joins the resolver's thread: the loop would stand still for as
    // long as the name server is silent (libcurl 7.88 asyn-thread.c, Curl_resolver_kill). The thread cleans up alone.
    mg_easy_set_long(easy, CURLOPT_QUICK_EXIT, 1)
  }

  private func configureCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    mg_easy_set_ptr(easy, CURLOPT_ERRORBUFFER, errorText)
    mg_easy_set_data_cb(easy, CURLOPT_WRITEFUNCTION, onBody)
    mg_easy_set_ptr(easy, CURLOPT_WRITEDATA, context)
    mg_easy_set_data_cb(easy, CURLOPT_HEADERFUNCTION, onHeader)
    mg_easy_set_ptr(easy, CURLOPT_HEADERDATA, context)
  }

  private func configureMethod() -> Bool {
    guard request.method == "POST" else { return mg_easy_set_long(easy, CURLOPT_HTTPGET, 1) == CURLE_OK }
    var body = request.body ?? []
    return mg_easy_set_long(easy, CURLOPT_POST, 1) == CURLE_OK
      && mg_easy_set_off(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)) == CURLE_OK
      && body.withUnsafeMutableBytes { bytes in
        // libcurl copies; a null pointer would make it ask a read callback.
        var nothing: UInt8 = 0
        return withUnsafeMutablePointer(to: &nothing) { empty in
          mg_easy_set_ptr(easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? UnsafeMutableRawPointer(empty)) == CURLE_OK
        }
      }
  }

  private func configureFields() -> Bool {
    var lines = request.headers.map { name, value in
      // libcurl takes "Name:" as an order to leave the field out, and "Name;" as one without a value.
      value.isEmpty ? "\(name);" : "\(name): \(value)"
    }
    if request.method == "POST" {
      // No 100-continue pause, and no claim that the body is a form.
      lines.append("Expect:")
      if !request.headers.contains(where: { $0.0.lowercased() == "content-type" }) { lines.append("Content-Type:") }
    }
    for line in lines {
      guard let longer = curl_slist_append(fields, line) else { return false }
      fields = longer
    }
    return mg_easy_set_slist(easy, CURLOPT_HTTPHEADER, fields) == CURLE_OK
  }

  /// What the end of the transfer means.
  func outcome(_ code: CURLcode) -> HTTPClientTransfers.Outcome {
    if let refusal { return failure(refusal.kind, refusal.reason) }
    var status = 0
    var tunnelStatus = 0
    mg_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    mg_easy_get_long(easy, CURLINFO_HTTP_CONNECTCODE, &tunnelStatus)
    guard code != CURLE_OK else {
      return .success(
        HTTPClientResponse(
          status: status, headers: head.fields, body: body, sentMicroseconds: sentMicroseconds))
    }
    if tunnelStatus != 0, !(200..<300).contains(tunnelStatus) {
      return failure(.connect, "the proxy answered \(tunnelStatus)")
    }
    let kind = HTTPClientError.Kind(code)
    let reason = CurlText.reason(code, detail: kind.hasLoggableDetail ? errorText : nil)
    return failure(kind, reason, refusal: code == CURLE_PEER_FAILED_VERIFICATION ? certificateRefusal : nil)
  }

  private func failure(
    _ kind: HTTPClientError.Kind, _ reason: String, refusal: CertificateRefusal? = nil
  ) -> HTTPClientTransfers.Outcome {
    .failure(HTTPClientError(kind, "\(request.loggableURL): \(reason)", refusal: refusal))
  }

  /// libcurl compares the names itself, when OpenSSL has found nothing wrong with the certificate: then there is no
  /// verdict, or the one it began with.
  private var certificateRefusal: CertificateRefusal {
    var verdict = 0
    mg_easy_get_long(easy, CURLINFO_SSL_VERIFYRESULT, &verdict)
    return (0...1).contains(verdict) ? .wrongHost : CertificateRefusal(verdict: verdict)
  }

  fileprivate func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count <= request.maxBodyBytes - body.count else {
      refusal = (.bodyTooLarge, "the body is longer than \(request.maxBodyBytes) bytes")
      return false
    }
    if body.isEmpty { reserveBody() }
    body.append(contentsOf: bytes)
    return true
  }

  /// Takes the length that the answer states, so that its body is not moved while it grows. What is stated is not believed
  /// further than costs nothing; of a compressed body it is the least.
  private func reserveBody() {
    var stated: curl_off_t = 0
    mg_easy_get_off(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &stated)
    body.reserveCapacity(min(max(Int(clamping: stated), 0), Self.mostForeseen, request.maxBodyBytes))
  }

  fileprivate func receive(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
    guard head.append(line: bytes) else {
      refusal = (.broken, "the header section is longer than allowed")
      return false
    }
    return true
  }
}

private func onBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context else { return 0 }
  let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
  let transfer = Unmanaged<HTTPClientTransfer>.fromOpaque(context)
  return transfer._withUnsafeGuaranteedRef { $0.receive(body: chunk) } ? chunk.count : 0
}

private func onHeader(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context else { return 0 }
  let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
  let transfer = Unmanaged<HTTPClientTransfer>.fromOpaque(context)
  return transfer._withUnsafeGuaranteedRef { $0.receive(headerLine: line) } ? line.count : 0
}
