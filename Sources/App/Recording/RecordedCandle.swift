/// A candle folded from a tape of trades.
struct RecordedCandle: Sendable {
  let openTime: Int64
  /// The first instant after it.
  let endTime: Int64
  let isClosed: Bool
  /// The price before it: the four prices of a candle without trades.
  let priceBefore: Int64
  /// `nil` when nothing was traded.
  let fold: TradeFold?
  let priceScale: UInt8
  let quantityScale: UInt8
  /// The size of a contract is a power of ten: one over ten to this, in base units.
  let contractScale: UInt8

  func value(of field: CandleField) -> LayoutValue {
    switch field {
    case .openTime: .integer(openTime)
    case .lastTime: .integer(endTime - 1)
    case .endTime: .integer(endTime)
    case .isClosed: .flag(isClosed)
    case .trades: .integer(fold?.sums.count ?? 0)
    case .firstID: .integer(fold?.firstRawTrade ?? -1)
    case .lastID: .integer(fold.map { $0.firstRawTrade + $0.sums.count - 1 } ?? -1)
    case .open: price(fold?.open)
    case .high: price(fold?.high)
    case .low: price(fold?.low)
    case .close: price(fold?.close)
    case .change: price(fold.map { $0.close - $0.open } ?? 0)
    case .volume: .decimal(fold?.sums.quantity ?? 0, scale: quantityScale)
    case .contracts: .decimal(fold?.sums.quantity ?? 0, scale: quantityScale - min(contractScale, quantityScale))
    case .bought: .decimal(fold?.sums.boughtQuantity ?? 0, scale: quantityScale)
    case .turnover: .decimal(fold?.sums.turnover ?? 0, scale: priceScale + quantityScale)
    case .boughtTurnover: .decimal(fold?.sums.boughtTurnover ?? 0, scale: priceScale + quantityScale)
    case .changePercent: .quotient(Int128((fold?.close ?? 0) - (fold?.open ?? 0)) * 100, Int128(fold?.open ?? 0))
    case .average: .quotient(fold?.sums.turnover ?? 0, (fold?.sums.quantity ?? 0) * priceUnit)
    }
  }

  private func price(_ mantissa: Int64?) -> LayoutValue {
    .decimal(Int128(mantissa ?? priceBefore), scale: priceScale)
  }

  private var priceUnit: Int128 {
    (0..<priceScale).reduce(1) { unit, _ in unit * 10 }
  }
}
