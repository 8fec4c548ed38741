internal import Contract
internal import Model
internal import PublicJSON
internal import Wire

/// The OpenAPI 3.1 document of the route table (https://spec.openapis.org/oas/v3.1.1.html).
struct OpenAPIDocument: ~Copyable {
  private var json = JSONWriter(reserving: 64 * 1024)

  /// The document of these routes.
  static func bytes(of routes: [RouteDescription]) -> [UInt8] {
    var document = OpenAPIDocument()
    document.write(routes)
    return document.json.take()
  }

  private mutating func write(_ routes: [RouteDescription]) {
    json.beginObject()
    json.member("openapi", "3.1.0")
    json.key("info")
    json.beginObject()
    json.member("title", "marketgate")
    json.member("version", Version.text)
    json.member("description", "Crypto market data of several exchanges in one vocabulary. Streams: /ws-catalog.")
    json.endObject()
    json.key("paths")
    json.beginObject()
    for route in routes {
      for path in route.paths { write(route, at: path) }
    }
    json.endObject()
    writeComponents()
    json.endObject()
  }

  private mutating func write(_ route: RouteDescription, at path: String) {
    json.key(path)
    json.beginObject()
    for method in ["get", "head"] {
      json.key(method)
      json.beginObject()
      json.member("operationId", OpenAPIDocument.operation(method, path))
      json.member("summary", route.summary)
      let parameters = route.parameters.filter { $0.place == .query || path.contains("{\($0.name)}") }
      if !parameters.isEmpty {
        json.key("parameters")
        json.beginArray()
        for parameter in parameters { write(parameter) }
        json.endArray()
      }
      json.key("responses")
      json.beginObject()
      write(route.answer, hasBody: method == "get")
      writeFailures(route.failures, hasBody: method == "get")
      json.endObject()
      json.endObject()
    }
    json.endObject()
  }

  /// `get_binance_klines_symbol_interval`
  private static func operation(_ method: String, _ path: String) -> String {
    let words = path.split { "/{}.-".contains($0) }.map { String($0) }
    return ([method] + (words.isEmpty ? ["root"] : words)).joined(separator: "_")
  }

  // MARK: Parameters

  private mutating func write(_ parameter: RouteParameter) {
    json.beginObject()
    json.member("name", parameter.name)
    json.member("in", parameter.place.rawValue)
    json.key("required")
    json.bool(parameter.isRequired)
    json.member("description", parameter.help)
    json.key("schema")
    json.beginObject()
    switch parameter.form {
    case .text:
      json.member("type", "string")
      // No text of a request may have a NUL (RFC 3986 §7.3).
      json.member("pattern", "^[^\\u0000]*$")
    case .words(let words):
      json.member("type", "string")
      json.key("enum")
      json.strings(words)
    case .integer(let range): writeInteger(in: range)
    case .time: writeInteger(in: ParameterReader.times)
    case .amount(let least):
      json.member("type", "number")
      json.key("minimum")
      json.decimal(least)
      json.key("maximum")
      json.decimal(RouteParameter.largestAmount)
    case .span:
      json.member("type", "string")
      json.member(
        "pattern", "^(([1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)m|([1-9]|1[0-9]|2[0-4])h)$")
    case .interval:
      json.member("type", "string")
      json.member("pattern", "^[1-9][0-9]{0,2}[smhdwM]$")
    case .list(let words):
      let word = "(\(words.joined(separator: "|")))"
      json.member("type", "string")
      json.member("pattern", "^\(word)(,\(word))*$")
    }
    if let standard = parameter.standard { writeDefault(standard, of: parameter.form) }
    json.endObject()
    json.endObject()
  }

  private mutating func writeInteger(in range: ClosedRange<Int64>) {
    json.member("type", "integer")
    json.key("minimum")
    json.integer(range.lowerBound)
    json.key("maximum")
    json.integer(range.upperBound)
  }

  private mutating func writeDefault(_ text: String, of form: RouteParameter.Form) {
    json.key("default")
    switch form {
    case .integer, .amount:
      if let number = Int64(text) { json.integer(number) } else { json.string(text) }
    default: json.string(text)
    }
  }

  // MARK: Answers

  private mutating func write(_ answer: RouteDescription.Answer, hasBody: Bool) {
    json.key("200")
    json.beginObject()
    json.member("description", "the answer")
    if hasBody {
      switch answer {
      case .json(let schema): writeContent("application/json", schema)
      case .other(let type): writeContent(type, .string)
      }
    }
    json.endObject()
  }

  /// One entry a status, as clients and not as causes see it.
  private mutating func writeFailures(_ failures: [APIError.Code], hasBody: Bool) {
    for status in Set(failures.map(\.status.code)).sorted() {
      let codes = failures.filter { $0.status.code == status }.map(\.rawValue)
      json.key(String(status))
      json.beginObject()
      json.member("description", codes.joined(separator: ", "))
      if hasBody { writeContent("application/json", .named("Error")) }
      json.endObject()
    }
    json.key("default")
    json.beginObject()
    json.member("description", "a fault of the request's form or of ours")
    if hasBody { writeContent("application/json", .named("Error")) }
    json.endObject()
  }

  private mutating func writeContent(_ type: String, _ schema: JSONSchema) {
    json.key("content")
    json.beginObject()
    json.key(type)
    json.beginObject()
    json.key("schema")
    schema.write(to: &json)
    json.endObject()
    json.endObject()
  }

  private mutating func writeComponents() {
    json.key("components")
    json.beginObject()
    json.key("schemas")
    json.beginObject()
    for (name, schema) in PublicSchemas.all {
      json.key(name)
      schema.write(to: &json)
    }
    json.endObject()
    json.endObject()
  }
}
