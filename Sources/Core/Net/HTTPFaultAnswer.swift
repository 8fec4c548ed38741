internal import Wire

/// The answer to a request the server refuses itself, where the application gives no other.
enum HTTPFaultAnswer {
  /// `{"detail":..,"code":..,"retryable":false}`.
  static func response(_ fault: HTTPFault) -> HTTPResponse {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("detail")
    writer.string(fault.reason)
    writer.key("code")
    writer.string(code(fault.status))
    writer.key("retryable")
    writer.bool(false)
    writer.endObject()
    let headers = HTTPHeaders([("Content-Type", "application/json")])
    return HTTPResponse(fault.status, headers: headers, body: .bytes(writer.take()))
  }

  /// The word for a status that the server gives by itself.
  static func code(_ status: HTTPStatus) -> String {
    switch status {
    case .notFound: "not_found"
    case .methodNotAllowed: "method_not_allowed"
    case .requestTimeout: "request_timeout"
    case .contentTooLarge: "content_too_large"
    case .uriTooLong: "uri_too_long"
    case .expectationFailed: "expectation_failed"
    case .upgradeRequired: "upgrade_required"
    case .requestHeaderFieldsTooLarge: "header_fields_too_large"
    case .notImplemented: "not_implemented"
    case .versionNotSupported: "version_not_supported"
    default: "bad_request"
    }
  }
}
