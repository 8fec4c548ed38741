import Model
import Wire

/// The fields of a frame, or of one of its rows, until they are an event.
struct LayoutRow {
  /// How many decimals are kept; the last is for those passed over.
  static let slots = 7

  let decimals: UnsafeMutablePointer<FixedDecimal>
  let receiveTime: Timestamp
  /// For the instrument of a short symbol.
  var search: SymbolTable.Search?
  /// The instrument of any other.
  var named: Instrument?
  var interval: Interval?
  var milliseconds: Int64 = 0
  /// The id of a trade, or the number of trades of a candle.
  var number: Int64 = 0
  /// A trade's id that is a UUID.
  var uuid: UInt128?
  /// One that is any other text, in the frame.
  var text = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Of the two words of the field that has them.
  var isFirst = false

  init(decimals: UnsafeMutablePointer<FixedDecimal>, receiveTime: Timestamp) {
    self.decimals = decimals
    self.receiveTime = receiveTime
  }

  /// What the row is about; `nil` where the list has no such symbol. Asked for as late as can be.
  @inline(__always) var instrument: Instrument? { search.map { $0.instrument } ?? named }

  /// Reads a decimal in a string: with words where it is short, else as the decoder does.
  @inline(__always) mutating func readDecimal(_ cursor: inout LayoutCursor, into slot: Int) -> Bool {
    if let number = cursor.takeShortDecimal() {
      decimals[slot] = FixedDecimal(shortMantissa: number.mantissa, scale: number.scale)
      return true
    }
    if let number = cursor.takeLongDecimal() {
      decimals[slot] = FixedDecimal(shortMantissa: number.mantissa, scale: number.scale)
      return true
    }
    guard let text = cursor.takeText(), let number = FixedDecimal(utf8: text) else { return false }
    decimals[slot] = number
    return true
  }

  /// Makes an event of the fields; false when they are none by themselves, and are for the decoder to judge.
  @inline(__always) mutating func append(_ event: LayoutEvent, to events: inout [MarketEvent]) -> Bool {
    guard let instrument, let time = Timestamp(milliseconds: milliseconds) else { return false }
    if event.countsContracts {
      guard let quantity = decimals[1].multiplied(by: instrument.contractSize)?.trimmed else { return false }
      decimals[1] = quantity
    }
    switch event.kind {
    case .trade:
      guard let id = event.hasTextID ? textID : .number(number) else { return false }
      events.append(.trade(trade(of: instrument, id, time)))
    case .candle:
      guard let interval else { return false }
      events.append(.candle(candle(of: instrument, event, interval, time)))
    case .liquidation:
      guard decimals[0].mantissa != 0, decimals[1].mantissa != 0 else { return false }
      events.append(
        .liquidation(
          Liquidation(
            instrument: instrument, liquidated: isFirst ? .long : .short, price: decimals[0],
            quantity: decimals[1], exchangeTime: time, receiveTime: receiveTime)))
    case .row: return false
    }
    return true
  }

  @inline(__always) private func trade(of instrument: Instrument, _ id: Trade.ID, _ time: Timestamp) -> Trade {
    Trade(
      instrument: instrument, id: id, price: decimals[0], quantity: decimals[1], aggressor: isFirst ? .buy : .sell,
      exchangeTime: time, receiveTime: receiveTime)
  }

  private var textID: Trade.ID? {
    uuid.map { .uuid($0) } ?? Trade.TextID(utf8: text).map { .text($0) }
  }

  @inline(__always) private func candle(
    of instrument: Instrument, _ event: LayoutEvent, _ interval: Interval, _ time: Timestamp
  ) -> Candle {
    Candle(
      instrument: instrument, interval: interval, openTime: time, open: decimals[0], high: decimals[1],
      low: decimals[2], close: decimals[3], baseVolume: decimals[4],
      quoteVolume: event.hasQuoteVolume ? decimals[5] : nil, tradesCount: event.hasTradesCount ? number : nil,
      isClosed: isFirst, receiveTime: receiveTime)
  }
}
