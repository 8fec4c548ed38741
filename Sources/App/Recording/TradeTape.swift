import Model

/// A tape of trades, folded into candles of any length at the cost of a short one.
///
/// Sums up to each row are kept for one loop; a fold over many loops takes the whole ones by multiplication. All
/// numbers are whole: prices, quantities and their products at the tape's own number of decimal places, so no fold
/// rounds.
struct TradeTape: Sendable {
  let tape: Tape
  let priceScale: UInt8
  let quantityScale: UInt8
  private let prices: [Int64]
  /// `sums[i]` is the sum of the first i rows of a loop.
  private let sums: [TradeSums]
  private let extremes: RangeExtremes

  /// Of a tape with the columns `price`, `quantity`, `taker_sold` (0 or 1) and `count` (of raw trades in the row).
  init(_ tape: Tape, file: String) throws(RecordingError) {
    self.tape = tape
    let prices = try TradeTape.decimals("price", of: tape, file: file)
    let quantities = try TradeTape.decimals("quantity", of: tape, file: file)
    (self.prices, priceScale) = prices
    quantityScale = quantities.scale
    guard case .text(let sides) = tape.columns["taker_sold"], case .text(let counts) = tape.columns["count"] else {
      throw RecordingError(file, "lacks the columns taker_sold and count")
    }
    var sums = [TradeSums()]
    for index in tape.offsets.indices {
      guard let count = Int64(counts[index]), (1...1_000_000).contains(count), ["0", "1"].contains(sides[index]) else {
        throw RecordingError(file, "row \(index + 3) has a bad count or taker_sold")
      }
      var sum = sums[index]
      sum.add(
        price: Int128(prices.mantissas[index]), quantity: Int128(quantities.mantissas[index]), count: count,
        takerBought: sides[index] == "0")
      sums.append(sum)
    }
    self.sums = sums
    extremes = RangeExtremes(prices.mantissas)
  }

  /// The number of the first raw trade of a row; raw trades are numbered from 1970 on, as rows are.
  func firstRawTrade(ofRow row: Int64) -> Int64 {
    sum(before: row).count
  }

  /// The price of a row.
  func price(ofRow row: Int64) -> Int64 {
    prices[tape.place(ofRow: row).index]
  }

  /// What the trades of some rows come to; `nil` for no rows.
  func fold(_ rows: Range<Int64>) -> TradeFold? {
    guard !rows.isEmpty else { return nil }
    let (low, high) = extremes(of: rows)
    let sums = sum(before: rows.upperBound).subtracting(sum(before: rows.lowerBound))
    return TradeFold(
      open: price(ofRow: rows.lowerBound), high: high, low: low, close: price(ofRow: rows.upperBound - 1), sums: sums,
      firstRawTrade: firstRawTrade(ofRow: rows.lowerBound))
  }

  private func sum(before row: Int64) -> TradeSums {
    let (loop, index) = tape.place(ofRow: row)
    return sums[sums.count - 1].multiplied(by: loop).adding(sums[index])
  }

  private func extremes(of rows: Range<Int64>) -> (low: Int64, high: Int64) {
    if rows.upperBound - rows.lowerBound >= tape.rowsPerLoop { return extremes.extremes(of: prices.indices) }
    let first = tape.place(ofRow: rows.lowerBound).index
    let last = tape.place(ofRow: rows.upperBound - 1).index
    if first <= last { return extremes.extremes(of: first..<last + 1) }
    let (end, start) = (extremes.extremes(of: first..<prices.count), extremes.extremes(of: 0..<last + 1))
    return (min(end.low, start.low), max(end.high, start.high))
  }

  private static func decimals(_ name: String, of tape: Tape, file: String) throws(RecordingError) -> (
    mantissas: [Int64], scale: UInt8
  ) {
    guard case .text(let texts) = tape.columns[name] else { throw RecordingError(file, "lacks the column \(name)") }
    let numbers = texts.compactMap { FixedDecimal($0) }
    let scale = numbers.first?.scale ?? 0
    // A million million with eight places: beyond any market, and far from overflow in every sum and product.
    let mantissas = numbers.compactMap { Int64(exactly: $0.mantissa) }.filter { (0...100_000_000_000_000).contains($0) }
    guard mantissas.count == texts.count, scale <= 12, numbers.allSatisfy({ $0.scale == scale }) else {
      throw RecordingError(file, "column \(name) holds no decimals of one number of places")
    }
    return (mantissas, scale)
  }
}

/// Sums over trades: quantities at the quantity's scale, turnovers at the sum of both scales.
struct TradeSums: Sendable, Equatable {
  private(set) var quantity: Int128 = 0
  private(set) var turnover: Int128 = 0
  private(set) var boughtQuantity: Int128 = 0
  private(set) var boughtTurnover: Int128 = 0
  /// How many raw trades.
  private(set) var count: Int64 = 0

  mutating func add(price: Int128, quantity: Int128, count: Int64, takerBought: Bool) {
    self.quantity += quantity
    turnover += price * quantity
    self.count += count
    guard takerBought else { return }
    boughtQuantity += quantity
    boughtTurnover += price * quantity
  }

  func multiplied(by loops: Int64) -> TradeSums {
    let factor = Int128(loops)
    return TradeSums(
      quantity: quantity * factor, turnover: turnover * factor, boughtQuantity: boughtQuantity * factor,
      boughtTurnover: boughtTurnover * factor, count: count * loops)
  }

  func adding(_ other: TradeSums) -> TradeSums {
    TradeSums(
      quantity: quantity + other.quantity, turnover: turnover + other.turnover,
      boughtQuantity: boughtQuantity + other.boughtQuantity, boughtTurnover: boughtTurnover + other.boughtTurnover,
      count: count + other.count)
  }

  func subtracting(_ other: TradeSums) -> TradeSums {
    adding(other.multiplied(by: -1))
  }
}

/// What a run of trades comes to. Prices are at the tape's price scale.
struct TradeFold: Sendable, Equatable {
  let open: Int64
  let high: Int64
  let low: Int64
  let close: Int64
  let sums: TradeSums
  /// The number of the first raw trade.
  let firstRawTrade: Int64
}
