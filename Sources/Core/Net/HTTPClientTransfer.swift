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

  /// Tells the handle what is this request's own. False when libcurl refuses it.
  func configure() -> Bool {
    guard mg_easy_set_str(easy, CURLOPT_URL, request.url) == CURLE_OK else { return false }
    configureVersion()
    configureCallbacks()
    return configureMethod() && configureFields()
  }

  /// Takes back what names memory of the transfer.
  func release() {
    mg_easy_set_ptr(easy, CURLOPT_ERRORBUFFER, nil)
    mg_easy_set_ptr(easy, CURLOPT_WRITEDATA, nil)
    mg_easy_set_ptr(easy, CURLOPT_HEADERDATA, nil)
    mg_easy_set_slist(easy, CURLOPT_HTTPHEADER, nil)
  }

  private func configureVersion() {
    let isLong = request.expectsLongBody
    mg_easy_set_long(easy, CURLOPT_HTTP_VERSION, isLong ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS)
    // Wait for a connection that may turn out to be HTTP/2 instead of opening one more. Without TLS it never does, and libcurl
    // would only know when the first answer has come: a slow one would hold up all the others.
    mg_easy_set_long(easy, CURLOPT_PIPEWAIT, !isLong && request.isSecure ? 1 : 0)
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
