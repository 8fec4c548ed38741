import Model
import Wire

/// What a route prints, and for each of what.
struct RecordedAnswer: Sendable {
  enum Items: Sendable {
    /// Nothing: the layout stands alone.
    case once
    /// The instrument asked for, or all of them.
    case instruments
    /// The candles of an instrument and interval.
    case candles
    /// The rows of a tape.
    case rows(tape: String)
    /// A tape's last row at each instant of an interval's grid, as far back as the exchange keeps them.
    case samples(tape: String, keepsMilliseconds: Int64?)
  }

  let items: Items
  let item: Layout
  /// What stands around the items; an instrument asked for by its symbol is printed without it unless `alwaysList`.
  let list: Layout?
  let alwaysList: Bool
  let isNewestFirst: Bool

  init(_ node: RecordingNode, _ words: RecordedWords) throws(RecordingError) {
    let kind = try node.node("of")
    switch try kind.text() {
    case "once": items = .once
    case "instruments": items = .instruments
    case "candles": items = .candles
    case "rows": items = .rows(tape: try words.tape(node))
    case "samples":
      items = .samples(tape: try words.tape(node), keepsMilliseconds: try node["keepsMilliseconds"]?.integer())
    default: throw kind.fault("is nothing an answer can be made of")
    }
    item = try words.layout(node, "item", rowsOf: try node["tape"]?.text())
    list = node["list"] == nil ? nil : try words.layout(node, "list")
    alwaysList = node["alwaysList"]?.value.bool ?? false
    isNewestFirst = node["newestFirst"]?.value.bool ?? false
  }

  /// The body that answers a query at an instant.
  func body(_ query: RecordedQuery, instruments: [RecordedInstrument], now: Int64) -> [UInt8] {
    var scope = LayoutScope(now: now, instrument: query.instrument)
    scope.interval = query.interval?.name
    let printed: [[UInt8]]
    switch items {
    case .once: printed = [item.bytes(scope)]
    case .instruments:
      if query.instrument != nil, !alwaysList { return item.bytes(scope) }
      printed = (query.instrument.map { [$0] } ?? instruments).map { item.bytes(LayoutScope(now: now, instrument: $0)) }
    case .candles: printed = candles(query, scope)
    case .rows(let tape): printed = rows(of: tape, query, instruments: instruments, now: now)
    case .samples(let tape, let keeps): printed = samples(of: tape, keeps: keeps, query, scope)
    }
    guard let list else { return printed.first ?? [] }
    scope.items = Array((isNewestFirst ? printed.reversed() : printed).joined(separator: [UInt8(ascii: ",")]))
    return list.bytes(scope)
  }

  private func candles(_ query: RecordedQuery, _ scope: LayoutScope) -> [[UInt8]] {
    guard let instrument = query.instrument, let interval = query.interval?.length else { return [] }
    let earliest =
      Timestamp(milliseconds: instrument.listed).map { interval.openTime(containing: $0).milliseconds } ?? 0
    return query.range.openTimes(interval, earliest: earliest, latest: scope.now).map { open in
      var scope = scope
      scope.candle = instrument.candle(interval, openTime: open, now: scope.now)
      return item.bytes(scope)
    }
  }

  private func samples(of name: String, keeps: Int64?, _ query: RecordedQuery, _ scope: LayoutScope) -> [[UInt8]] {
    guard let instrument = query.instrument, let interval = query.interval?.length, let tape = instrument.tapes[name]
    else { return [] }
    let earliest = max(instrument.listed, keeps.map { scope.now - $0 } ?? 0)
    return query.range.openTimes(interval, earliest: earliest, latest: scope.now).compactMap { instant in
      guard let row = tape.lastRow(notAfter: instant.milliseconds) else { return nil }
      var scope = scope
      scope.sampleTime = instant.milliseconds
      scope.row = (name, row)
      return item.bytes(scope)
    }
  }

  private func rows(of name: String, _ query: RecordedQuery, instruments: [RecordedInstrument], now: Int64) -> [[UInt8]]
  {
    var found: [(time: Int64, bytes: [UInt8])] = []
    let asked = query.instrument.map { [$0] } ?? instruments
    for instrument in asked {
      guard let tape = instrument.tapes[name] else { continue }
      var scope = LayoutScope(now: now, instrument: instrument)
      for row in query.range.rows(of: tape, earliest: instrument.listed, latest: now) {
        scope.row = (name, row)
        found.append((tape.time(ofRow: row), item.bytes(scope)))
      }
    }
    if asked.count > 1 { found.sort { $0.time < $1.time } }
    let cut =
      query.range.start == nil && query.range.firstRow == nil
      ? found.suffix(query.range.limit) : found.prefix(query.range.limit)
    return cut.map(\.bytes)
  }
}
