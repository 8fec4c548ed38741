import Model
import Wire

/// One parameter of a route.
struct RecordedParameter: Sendable {
  let name: String
  /// The answer when it is not sent; `nil` where it need not be.
  let missing: RecordedRefusal?
  let invalid: RecordedRefusal
  let allowed: Set<String>?
  let fallback: Int64?
  let most: Int64
  /// Whether a bound itself lies outside.
  let isExclusive: Bool

  init(_ node: RecordingNode, _ words: RecordedWords) throws(RecordingError) {
    name = try node.text("name")
    missing = node["missing"] == nil ? nil : try words.refusal(node, "missing")
    invalid = try words.refusal(node, "invalid")
    allowed = try node["allowed"].map { (node) throws(RecordingError) in Set(try node.texts()) }
    fallback = try node["default"]?.integer()
    most = try node["most"]?.integer() ?? Timestamp.latest.milliseconds
    isExclusive = node["exclusive"]?.value.bool ?? false
  }

  /// The value sent, if any. An empty one counts as none.
  func text(_ values: (String) -> String?) throws(RecordedRefusal) -> String? {
    guard let text = values(name), !text.isEmpty else {
      if let missing { throw missing.about(name) }
      return nil
    }
    if let allowed, !allowed.contains(text) { throw invalid.about(name) }
    return text
  }

  /// The value sent as a whole number, else the default.
  func integer(_ values: (String) -> String?, least: Int64) throws(RecordedRefusal) -> Int64? {
    guard let text = try text(values) else { return fallback }
    guard let integer = Int64(text), (least...most).contains(integer) else { throw invalid.about(name) }
    return integer
  }
}

/// What the parameters of a route mean, whatever they are called.
struct RecordedParameters: Sendable {
  let symbol: RecordedParameter?
  let interval: RecordedParameter?
  let start: RecordedParameter?
  let end: RecordedParameter?
  let limit: RecordedParameter?
  /// The number of the first row.
  let row: RecordedParameter?

  init(_ node: RecordingNode?, _ words: RecordedWords) throws(RecordingError) {
    func parameter(_ name: String) throws(RecordingError) -> RecordedParameter? {
      try node?[name].map { (node) throws(RecordingError) in try RecordedParameter(node, words) }
    }
    symbol = try parameter("symbol")
    interval = try parameter("interval")
    start = try parameter("start")
    end = try parameter("end")
    limit = try parameter("limit")
    row = try parameter("row")
  }
}

/// A request's parameters, understood.
struct RecordedQuery: Sendable {
  private(set) var instrument: RecordedInstrument?
  private(set) var interval: (name: String, length: Interval)?
  private(set) var range: RecordedRange

  init(_ parameters: RecordedParameters, of recording: Recording, values: (String) -> String?) throws(RecordedRefusal) {
    let (start, end) = (parameters.start, parameters.end)
    range = RecordedRange(
      start: try start?.integer(values, least: 0).map { start?.isExclusive == true ? $0 + 1 : $0 },
      end: try end?.integer(values, least: 0).map { end?.isExclusive == true ? $0 - 1 : $0 },
      limit: Int(try parameters.limit?.integer(values, least: 1) ?? RecordedRange.defaultLimit),
      firstRow: try parameters.row?.integer(values, least: 0))
    if let parameter = parameters.symbol, let symbol = try parameter.text(values) {
      guard let instrument = recording.instrument(symbol) else { throw parameter.invalid.about(parameter.name) }
      self.instrument = instrument
    }
    if let parameter = parameters.interval, let name = try parameter.text(values) {
      guard let length = recording.intervals[name] else { throw parameter.invalid.about(parameter.name) }
      interval = (name, length)
    }
  }
}
