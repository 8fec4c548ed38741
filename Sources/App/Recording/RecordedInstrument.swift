import Model

/// A symbol of a recording, with its tapes.
struct RecordedInstrument: Sendable {
  let symbol: String
  /// The other columns of its line in the table of instruments.
  let fields: [String: String]
  let tapes: [String: Tape]
  /// The tape among `tapes` that candles are folded from, and its name.
  let trades: TradeTape
  let tradesName: String
  /// When its history begins, milliseconds since 1970.
  let listed: Int64

  /// The column `contract_scale` of its line: 2 for contracts of 0.01; 0 where there is none, for contracts of one.
  private var contractScale: UInt8 { fields["contract_scale"].flatMap { UInt8($0) } ?? 0 }

  /// The candle of `start..<end` as it stands at an instant: with the trades up to and including it.
  func candle(from start: Int64, to end: Int64, now: Int64) -> RecordedCandle {
    let rows = trades.tape.rows(from: max(start, listed), before: min(end, now + 1))
    return RecordedCandle(
      openTime: start, endTime: end, isClosed: now >= end,
      priceBefore: trades.price(ofRow: max(rows.lowerBound - 1, 0)), fold: trades.fold(rows),
      priceScale: trades.priceScale, quantityScale: trades.quantityScale, contractScale: contractScale)
  }

  /// The candle of an interval that opens at an instant.
  func candle(_ interval: Interval, openTime: Timestamp, now: Int64) -> RecordedCandle {
    candle(
      from: openTime.milliseconds, to: interval.endTime(ofCandleAt: openTime).milliseconds, now: now)
  }

  /// A field of a row: a column, or the row's number.
  func value(_ field: String, ofRow row: Int64, tape name: String) -> LayoutValue? {
    guard let tape = tapes[name] else { return nil }
    if let value = tape.value(field, ofRow: row) { return value }
    switch field {
    case "id": return .integer(row)
    case "first_id" where name == tradesName: return .integer(trades.firstRawTrade(ofRow: row))
    case "last_id" where name == tradesName: return .integer(trades.firstRawTrade(ofRow: row + 1) - 1)
    default: return nil
    }
  }

  /// Whether `value` knows a field.
  func hasField(_ field: String, tape: String) -> Bool {
    value(field, ofRow: 0, tape: tape) != nil
  }
}
