internal import Net
internal import Wire

/// An answer of the API, from this process or from a gateway.
struct ShownAnswer: Sendable, Equatable {
  let status: Int
  /// As it was served.
  let body: [UInt8]
  /// What is to be known of the rows beside them.
  let notes: [String]

  init(status: Int, body: [UInt8], header: (String) -> String?) {
    self.status = status
    self.body = body
    notes = [
      header("x-partial").map { "not from all exchanges: \($0)" },
      header("x-coverage").map { "coverage: \($0)" },
    ].compactMap { $0.map(TextWidth.printable) }
  }

  /// An answer of this process.
  init(_ response: HTTPResponse) {
    let body: [UInt8] =
      switch response.body {
      case .none: []
      case .bytes(let bytes): bytes
      case .shared(let shared): shared.array
      case .representation(let representation): representation.plain.array
      case .chunks(let chunks): chunks.flatMap(\.array)
      }
    self.init(status: response.status.code, body: body) { response.headers[$0] }
  }

  /// An answer of a gateway.
  init(_ response: HTTPClientResponse) {
    self.init(status: response.status, body: response.body) { response.header($0) }
  }

  /// Whether the body is an error of the API, or nothing to be shown; a gateway that is not ready says more than that.
  var isFault: Bool {
    guard status >= 300 else { return false }
    guard let value = try? JSONValue(parsing: body) else { return true }
    return value["code"] != nil
  }

  /// What is wrong, in one line; `nil` for an answer that is one.
  var fault: String? {
    guard status >= 300 else { return nil }
    let value = try? JSONValue(parsing: body)
    guard let value, let code = value["code"]?.string else { return "the answer has status \(status)" }
    let faults = value["detail"]?.array?.map { fault in
      let name = fault["loc"]?.array?.last?.string ?? "parameter"
      return "\(name) '\(fault["input"]?.string ?? "")': \(fault["msg"]?.string ?? "")"
    }
    let detail = faults?.joined(separator: "; ") ?? value["detail"]?.string ?? ""
    return TextWidth.printable("\(code): \(detail)")
  }
}
