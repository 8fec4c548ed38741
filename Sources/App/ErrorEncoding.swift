internal import Wire

/// Errors as clients read them.
enum ErrorEncoding {
  /// `{"detail":…,"code":…,"retryable":…}`; for refused parameters `detail` is a list.
  static func body(of error: APIError) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("detail")
    if error.parameters.isEmpty {
      json.string(error.detail)
    } else {
      json.beginArray()
      for parameter in error.parameters { append(parameter, to: &json) }
      json.endArray()
    }
    json.key("code")
    json.string(error.code.rawValue)
    json.key("retryable")
    json.bool(error.isRetryable)
    json.endObject()
    return json.take()
  }

  private static func append(_ parameter: APIError.Parameter, to json: inout JSONWriter) {
    json.beginObject()
    json.key("type")
    json.string(parameter.type)
    json.key("loc")
    json.beginArray()
    json.string(parameter.place.rawValue)
    json.string(parameter.name)
    json.endArray()
    json.key("msg")
    json.string(parameter.message)
    json.key("input")
    json.string(parameter.input)
    json.endObject()
  }
}
