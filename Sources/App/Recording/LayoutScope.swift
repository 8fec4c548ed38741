import Model
import Wire

/// What a layout is filled from.
struct LayoutScope: Sendable {
  var now: Int64
  var instrument: RecordedInstrument?
  var interval: String?
  /// The tape and the number of the row at hand.
  var row: (tape: String, number: Int64)?
  var sampleTime: Int64?
  var candle: RecordedCandle?
  var items: [UInt8]?
  var payload: [UInt8]?
  var topics: [UInt8]?
  var topic: String?
  var parameter: String?
  var message: JSONValue?
  var element: JSONValue?

  init(now: Int64, instrument: RecordedInstrument? = nil) {
    self.now = now
    self.instrument = instrument
  }

  func value(of source: LayoutSource) -> LayoutValue? {
    switch source {
    case .now: .integer(now)
    case .symbol: instrument.map { .text($0.symbol) }
    case .instrument(let field): instrument?.fields[field].map { .text($0) }
    case .listed: instrument.map { .integer($0.listed) }
    case .interval: interval.map { .text($0) }
    case .sampleTime: sampleTime.map { .integer($0) }
    case .candle(let field): candle?.value(of: field)
    case .items: items.map { .bytes($0) }
    case .payload: payload.map { .bytes($0) }
    case .topics: topics.map { .bytes($0) }
    case .topic: topic.map { .text($0) }
    case .parameter: parameter.map { .text($0) }
    case .message(let path): message?.member(at: path).map { .json($0) }
    case .element(let path): element?.member(at: path).map { .json($0) }
    case .plain(let path): element?.member(at: path)?.string.map { .text($0) }
    case .row, .latest, .next, .window: tapeValue(of: source)
    }
  }

  private func tapeValue(of source: LayoutSource) -> LayoutValue? {
    guard let instrument else { return nil }
    switch source {
    case .row(let field): return row.flatMap { instrument.value(field, ofRow: $0.number, tape: $0.tape) }
    case .latest(let name, let field):
      guard let row = instrument.tapes[name]?.lastRow(notAfter: now) else { return nil }
      return instrument.value(field, ofRow: row, tape: name)
    case .next(let name, let field):
      guard let row = instrument.tapes[name]?.firstRow(notBefore: now + 1) else { return nil }
      return instrument.value(field, ofRow: row, tape: name)
    case .window(let length, let field):
      return instrument.candle(from: max(now - length, 0), to: now + 1, now: now).value(of: field)
    default: return nil
    }
  }
}

extension JSONValue {
  /// The value at the end of a path of members; `nil` where it breaks off.
  func member(at path: [String]) -> JSONValue? {
    var value = self
    for name in path {
      guard let next = value[name] ?? Int(name).flatMap({ value[$0] }) else { return nil }
      value = next
    }
    return value
  }
}
