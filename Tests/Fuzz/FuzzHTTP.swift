import Wire

/// Laws of the HTTP parsers over any bytes: the events do not depend on how the bytes are cut, content is never longer
/// than the limit, and what the serializer writes of a request's fields, a parser reads again.
///
/// The first byte is the size of the pieces; the rest is the stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let pieceSize = max(1, Int(start[0]))
  let stream = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  var limits = HTTPLimits()
  // Small enough for a fuzzer to reach them.
  limits.requestLineBytes = 256
  limits.headerBytes = 512
  limits.headerFields = 8
  limits.bodyBytes = 300
  limits.chunkExtensionBytes = 32

  let whole = requestEvents(of: stream, pieceSize: max(1, stream.count), limits: limits)
  precondition(whole == requestEvents(of: stream, pieceSize: pieceSize, limits: limits), "the cut changes the events")
  for case .request(let request) in whole {
    precondition(request.body.count <= limits.bodyBytes, "content above its limit")
    precondition(request.headers.fields.count <= limits.headerFields + 1, "fields above their limit")
    checkRoute(of: request)
    checkRoundTrip(of: request)
  }
  let heads = responseHeads(of: stream, pieceSize: max(1, stream.count), limits: limits)
  precondition(heads == responseHeads(of: stream, pieceSize: pieceSize, limits: limits), "the cut changes the heads")
  return 0
}

private func requestEvents(
  of stream: UnsafeRawBufferPointer, pieceSize: Int, limits: HTTPLimits
) -> [HTTPRequestParser.Event] {
  var parser = HTTPRequestParser(limits: limits)
  var events: [HTTPRequestParser.Event] = []
  for from in stride(from: 0, to: stream.count, by: pieceSize) {
    parser.append(UnsafeRawBufferPointer(rebasing: stream[from..<min(from + pieceSize, stream.count)]))
    reading: while true {
      let event = parser.next()
      switch event {
      case .needMore: break reading
      case .failure: return events + [event]
      case .expectsContinue, .request: events.append(event)
      }
    }
  }
  return events
}

private func responseHeads(
  of stream: UnsafeRawBufferPointer, pieceSize: Int, limits: HTTPLimits
) -> [Result<HTTPResponseHead, HTTPFault>] {
  var parser = HTTPResponseHeadParser(limits: limits)
  var heads: [Result<HTTPResponseHead, HTTPFault>] = []
  for from in stride(from: 0, to: stream.count, by: pieceSize) {
    parser.append(UnsafeRawBufferPointer(rebasing: stream[from..<min(from + pieceSize, stream.count)]))
    do throws(HTTPFault) {
      while let head = try parser.next() { heads.append(.success(head)) }
    } catch {
      return heads + [.failure(error)]
    }
  }
  return heads
}

private let router: Router<Int> = {
  var router = Router<Int>()
  router.add(.get, "/multi/ohlc/{symbol}/{interval}", 1)
  router.add(.get, "/{exchange}/ohlc/{symbol}/{interval}", 2)
  router.add(.post, "/{exchange}/{thing}", 3)
  return router
}()

/// Any path of a request gets some answer, and the policies some verdict.
private func checkRoute(of request: HTTPRequest) {
  _ = router.match(request.method, path: request.path)
  _ = HostPolicy(allowedHosts: ["localhost"]).allows(request)
  _ = OriginPolicy(allowedOrigins: ["http://localhost:3000"]).allows(request)
  _ = CORSPolicy(allowedOrigins: ["http://localhost:3000"]).preflight(request)
  let answer = HTTPResponse(
    .ok, headers: HTTPHeaders([("Content-Type", "application/json")]), body: .bytes([0x5B, 0x5D]))
  _ = ContentNegotiation(answer, for: request).result()
}

/// Fields of a peer, written by us, stay what they were: they neither vanish nor become more.
private func checkRoundTrip(of request: HTTPRequest) {
  let bytes = HTTPSerializer.requestHead(request.method, target: request.target, headers: request.headers)
  var limits = HTTPLimits()
  limits.headerFields = request.headers.fields.count
  var parser = HTTPRequestParser(limits: limits)
  bytes.withUnsafeBytes { parser.append($0) }
  // The body is not sent again, so a request with one is still waited for; one in HTTP/1.0 may lack a Host.
  guard !request.isHTTP10, request.body.isEmpty, !request.headers.contains("Transfer-Encoding") else { return }
  guard case .request(let again) = parser.next() else { preconditionFailure("our own head is refused") }
  precondition(again.headers == request.headers && again.method == request.method, "the head came back changed")
  precondition(again.path == request.path && again.query == request.query, "the target came back changed")
  precondition(parser.bufferedBytes == 0, "the head ended early")
}
