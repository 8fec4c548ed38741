import Contract
import Exchanges
import Model
import Wire

/// Feeds bytes to everything of Bybit that reads bytes: the decoder of its streams and the readers of its replies.
/// Start it with `Tests/Fixtures/Bybit/ws` and `rest` as a corpus.
///
/// Nothing may trap. Besides: what was read must print and read back as the same number.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBybit(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  var decoder = bybit.makeDecoder(catalog)
  var buffer = EventBuffer()
  do {
    try decoder.decode(bytes, receiveTime: .epoch, into: &buffer)
    for event in buffer.events { check(event) }
  } catch {
    precondition(error.offset >= 0 && error.offset <= count, "an error beyond the message")
  }
  let body = Array(bytes)
  for status in [200, 400, 403, 429, 500] {
    let reply = UpstreamReply(status: status, body: body, askTime: .latest)
    if case .pause(let pause)? = bybit.failure(in: reply)?.advice {
      precondition((1000...UpstreamReply.maxPauseMilliseconds).contains(pause), "a pause out of its range")
    }
  }
  read(UpstreamReply(status: 200, body: body, askTime: .latest))
  return 0
}

private let bybit = Bybit()
private let instrument = Instrument(
  exchange: bybit.id, symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
  tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
private let catalog = InstrumentCatalog([instrument])

private func read(_ reply: UpstreamReply) {
  let query = HistoryQuery(instrument: instrument, interval: Interval("5m"), start: .epoch, limit: 10)
  for candle in (try? bybit.candles(query)?.read([reply])) ?? [] { check(.candle(candle)) }
  for row in (try? bybit.openInterestHistory(query)?.read([reply])) ?? [] { check([row.quantity]) }
  let settlements = bybit.fundingHistory(query)
  for row in (try? settlements?.read([reply])) ?? [] { check([row.rate]) }
  _ = settlements?.next?(reply)
  _ = bybit.instruments().next?(reply)
  _ = try? bybit.instruments().read([reply, reply])
  _ = try? bybit.openInterest(of: instrument)?.read([reply, reply])
  _ = try? bybit.fundingRate(of: instrument)?.read([reply])
}

private func check(_ event: MarketEvent) {
  precondition(event.instrument === instrument, "an event of another instrument")
  switch event {
  case .trade(let trade): check([trade.price, trade.quantity])
  case .liquidation(let liquidation): check([liquidation.price, liquidation.quantity])
  case .candle(let candle):
    check([candle.open, candle.high, candle.low, candle.close, candle.baseVolume])
    _ = candle.interval.endTime(ofCandleAt: candle.openTime)
  }
  _ = event.notional
}

private func check(_ numbers: [FixedDecimal]) {
  for number in numbers { precondition(FixedDecimal(number.description) == number, "a number that does not read back") }
}
