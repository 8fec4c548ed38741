/// The market of a made-up exchange: all its trades, candles and liquidations, of all times, follow from a seed. What a
/// client must be told of them is written here by text and whole numbers alone, as `ExchangeText` does.
struct ChaosMarket: Sendable {
  /// An execution; ids are dense from 0 on.
  struct Trade: Sendable {
    let id: Int
    /// Milliseconds since 1970.
    let time: Int64
    let cents: Int
    let thousandths: Int
    let isBuy: Bool
  }

  static let symbol = "ALPHAUSD"
  static let minute: Int64 = 60_000
  /// One trade in so many milliseconds.
  static let tradeStep: Int64 = 400
  /// One liquidation in so many milliseconds.
  static let liquidationStep: Int64 = 3000

  let seed: UInt64
  /// The first instant, a full minute, in milliseconds since 1970.
  let start: Int64

  /// A number that only the seed, the purpose and the place decide.
  private func chance(_ purpose: UInt64, _ place: Int) -> UInt64 {
    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    var value = seed &+ purpose &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(bitPattern: Int64(place)) &* 0xD1B5_4A32_D192_ED03
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  // MARK: Trades

  func trade(_ id: Int) -> Trade {
    Trade(
      id: id, time: start + Int64(id) * Self.tradeStep + Int64(chance(1, id) % UInt64(Self.tradeStep)),
      cents: 10_001 + Int(chance(2, id) % 999), thousandths: 1 + Int(chance(3, id) % 9999),
      isBuy: chance(4, id) % 2 == 0)
  }

  /// The trades from one instant to before another.
  func trades(from: Int64, to: Int64) -> Range<Int> { firstTrade(from: from)..<firstTrade(from: to) }

  private func firstTrade(from time: Int64) -> Int {
    guard time > start else { return 0 }
    let id = Int((time - start) / Self.tradeStep)
    return trade(id).time < time ? id + 1 : id
  }

  /// What the client of trades is told.
  func text(of trade: Trade) -> String {
    let (price, quantity) = (Self.decimal(trade.cents, places: 2), Self.decimal(trade.thousandths, places: 3))
    return #"{"exchange":"toy","symbol":"\#(Self.symbol)","timestamp":"\#(ExchangeText.time(trade.time))","#
      + #""side":"\#(trade.isBuy ? "buy" : "sell")","price":\#(price),"quantity":\#(quantity),"#
      + #""value":\#(ExchangeText.product(price, quantity)),"is_buyer_maker":\#(!trade.isBuy),"id":\#(trade.id)}"#
  }

  // MARK: Candles

  /// Open, high, low, close in cents, and the volume in thousandths, of the trades of a minute before an instant; `nil` of
  /// none.
  func candle(openTime: Int64, until: Int64 = .max) -> (prices: [Int], volume: Int)? {
    let ids = trades(from: openTime, to: min(until, openTime + Self.minute))
    guard !ids.isEmpty else { return nil }
    let trades = ids.map(trade)
    let prices = trades.map(\.cents)
    return (
      [prices[0], prices.max() ?? 0, prices.min() ?? 0, prices[prices.count - 1]],
      trades.reduce(0) { $0 + $1.thousandths }
    )
  }

  /// The decimals of a candle, in the order of a row.
  func decimals(openTime: Int64, until: Int64 = .max) -> [String]? {
    candle(openTime: openTime, until: until).map { candle in
      candle.prices.map { Self.decimal($0, places: 2) } + [Self.decimal(candle.volume, places: 3)]
    }
  }

  /// What the client of candles is told of one, closed or as it stands before an instant.
  func text(ofCandleAt openTime: Int64, until: Int64 = .max, isClosed: Bool) -> String? {
    decimals(openTime: openTime, until: until).map { row in
      #"{"exchange":"toy","symbol":"\#(Self.symbol)","timestamp":"\#(ExchangeText.time(openTime))","interval":"1m","#
        + #""open":\#(row[0]),"high":\#(row[1]),"low":\#(row[2]),"close":\#(row[3]),"volume":\#(row[4]),"#
        + #""quote_volume":null,"trades_count":null,"is_closed":\#(isClosed)}"#
    }
  }

  // MARK: Liquidations

  /// Each is a trade of its own numbers, so that its text is made alike.
  func liquidation(_ number: Int) -> Trade {
    Trade(
      id: number,
      time: start + Int64(number) * Self.liquidationStep + Int64(chance(5, number) % UInt64(Self.liquidationStep)),
      cents: 10_001 + Int(chance(6, number) % 999), thousandths: 1 + Int(chance(7, number) % 9999),
      isBuy: chance(8, number) % 2 == 0)
  }

  func liquidations(from: Int64, to: Int64) -> Range<Int> { firstLiquidation(from: from)..<firstLiquidation(from: to) }

  private func firstLiquidation(from time: Int64) -> Int {
    guard time > start else { return 0 }
    let number = Int((time - start) / Self.liquidationStep)
    return liquidation(number).time < time ? number + 1 : number
  }

  /// What the client of liquidations is told; a long that is closed is sold.
  func text(ofLiquidation event: Trade) -> String {
    let (price, quantity) = (Self.decimal(event.cents, places: 2), Self.decimal(event.thousandths, places: 3))
    return #"{"exchange":"toy","symbol":"\#(Self.symbol)","timestamp":"\#(ExchangeText.time(event.time))","#
      + #""side":"\#(event.isBuy ? "buy" : "sell")","price":\#(price),"quantity":\#(quantity),"#
      + #""value":\#(ExchangeText.product(price, quantity))}"#
  }

  /// A whole number of the smallest unit, as a decimal with all its places.
  static func decimal(_ units: Int, places: Int) -> String {
    let digits = String(units)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return "\(padded.dropLast(places)).\(padded.suffix(places))"
  }
}
