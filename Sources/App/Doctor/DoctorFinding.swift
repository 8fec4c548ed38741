internal import Wire

/// What one check found.
struct DoctorFinding: Sendable, Equatable {
  enum Area: String, Sendable {
    case rest
    case stream
  }

  enum Result: Sendable, Equatable {
    case ok
    /// As declared, but nothing happened to be sent: what that most likely means.
    case quiet(String)
    /// What differs from the declaration.
    case failed(String)

    /// `nil` when there is nothing to say.
    var detail: String? {
      switch self {
      case .ok: nil
      case .quiet(let detail), .failed(let detail): detail
      }
    }

    var isFailure: Bool { if case .failed = self { true } else { false } }
  }

  let exchange: String
  let area: Area
  /// In a few words (`candles 1m`).
  let check: String
  let result: Result
  /// How long the answer, or the first message, took; `nil` when there was none.
  let milliseconds: Int64?

  private static let checkWidth = 33

  /// A line of the table. Exchanges' names are filled up to `nameWidth`.
  func line(nameWidth: Int) -> String {
    let word =
      switch result {
      case .ok: "ok"
      case .quiet: "quiet"
      case .failed: "FAILED"
      }
    let name = DoctorFinding.padded(exchange, nameWidth)
    let time = milliseconds.map { "\($0) ms" } ?? "-"
    let start =
      "\(name)  \(DoctorFinding.padded(area.rawValue, 6))  \(DoctorFinding.padded(check, DoctorFinding.checkWidth))  "
      + "\(DoctorFinding.padded(word, 6))  "
    let end = String(repeating: " ", count: max(0, 8 - time.count)) + time
    return start + end + (result.detail.map { "  \($0)" } ?? "")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// One JSON object.
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("exchange")
    json.string(exchange)
    json.key("area")
    json.string(area.rawValue)
    json.key("check")
    json.string(check)
    json.key("result")
    switch result {
    case .ok: json.string("ok")
    case .quiet: json.string("quiet")
    case .failed: json.string("failed")
    }
    json.key("milliseconds")
    if let milliseconds { json.integer(milliseconds) } else { json.null() }
    json.key("detail")
    if let detail = result.detail { json.string(detail) } else { json.null() }
    json.endObject()
    return String(decoding: json.take(), as: UTF8.self)
  }
}
