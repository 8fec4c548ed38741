internal import Model
internal import Wire

/// Every field of every event in one number, so that two decoders can be compared: `peers/reference.py` folds the same
/// fields in the same order.
struct EventChecksum {
  private(set) var value: UInt64 = 0
  private(set) var events = 0

  mutating func fold(_ event: MarketEvent) {
    events += 1
    fold(text: event.instrument.symbol)
    switch event {
    case .trade(let trade):
      switch trade.id {
      case .number(let number): fold(number)
      case .uuid(let number): fold(text: UUIDText.text(number))
      case .text(let text): fold(text: text.description)
      }
      fold([trade.price, trade.quantity])
      fold(trade.aggressor == .buy ? 0 : 1)
      fold(trade.exchangeTime.milliseconds)
      fold(trade.isRepeat ? 1 : 0)
    case .candle(let candle):
      fold(text: candle.interval.description)
      fold(candle.openTime.milliseconds)
      fold([candle.open, candle.high, candle.low, candle.close, candle.baseVolume])
      if let volume = candle.quoteVolume { fold([volume]) } else { fold(-1) }
      fold(candle.tradesCount ?? -1)
      fold(candle.isClosed ? 1 : 0)
    case .liquidation(let liquidation):
      fold(liquidation.liquidated == .long ? 0 : 1)
      fold([liquidation.price, liquidation.quantity])
      fold(liquidation.exchangeTime.milliseconds)
    }
  }

  private mutating func fold(_ numbers: [FixedDecimal]) {
    for number in numbers {
      fold(Int64(truncatingIfNeeded: number.mantissa))
      fold(Int64(number.scale))
    }
  }

  private mutating func fold(text: String) {
    for byte in text.utf8 { fold(Int64(byte)) }
  }

  private mutating func fold(_ number: Int64) {
    value = value &* 0x0000_0100_0000_01b3 &+ UInt64(bitPattern: number)
  }
}
