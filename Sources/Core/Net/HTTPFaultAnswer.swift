internal import Wire

/// The answer to a request the server refuses itself, where the application gives no other. The word is the status's own
/// (`HTTPStatus.word`), so that there is one list of them.
enum HTTPFaultAnswer {
  /// `{"detail":..,"code":..,"retryable":..}`. A request that came too slowly may be sent again as it is; one that was
  /// no HTTP, or too large, may not.
  static func response(_ fault: HTTPFault) -> HTTPResponse {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("detail")
    writer.string(fault.reason)
    writer.key("code")
    writer.string(fault.status.word)
    writer.key("retryable")
    writer.bool(fault.status == .requestTimeout)
    writer.endObject()
    let headers = HTTPHeaders([("Content-Type", "application/json")])
    return HTTPResponse(fault.status, headers: headers, body: .bytes(writer.take()))
  }
}
