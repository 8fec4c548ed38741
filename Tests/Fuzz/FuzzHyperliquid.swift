import Contract
import Exchanges
import Model
import Wire

/// Feeds bytes to everything of Hyperliquid that reads bytes: the decoder of its streams, the readers of its replies.
/// Start it with `Tests/Fixtures/Hyperliquid/ws` and `rest` as a corpus.
///
/// Nothing may trap. Besides: what was read must print and read back as the same number.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHyperliquid(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  var decoder = hyperliquid.makeDecoder(catalog)
  var buffer = EventBuffer()
  do {
    // Twice: the second time the trades are no longer the first ones.
    for time in [Timestamp.epoch, .latest] { try decoder.decode(bytes, receiveTime: time, into: &buffer) }
    for event in buffer.events { check(event) }
  } catch {
    precondition(error.offset >= 0 && error.offset <= count, "an error beyond the message")
  }
  let body = Array(bytes)
  for status in [200, 400, 429, 500] {
    let reply = UpstreamReply(status: status, body: body, askTime: .latest)
    if case .pause(let pause)? = hyperliquid.failure(in: reply)?.advice {
      precondition((1000...UpstreamReply.maxPauseMilliseconds).contains(pause), "a pause out of its range")
    }
  }
  for time in [Timestamp.epoch, .latest] { read(UpstreamReply(status: 200, body: body, askTime: time)) }
  return 0
}

private let hyperliquid = Hyperliquid()
private let instrument = Instrument(
  exchange: hyperliquid.id, symbol: "BTC", base: "BTC", quote: "USD", kind: .perpetual, status: .trading,
  tickSize: nil, stepSize: nil, fundingIntervalHours: 1)
private let catalog = InstrumentCatalog([instrument], namesCoins: true)

private func read(_ reply: UpstreamReply) {
  let query = HistoryQuery(instrument: instrument, interval: Interval("5m"), limit: 10)
  for candle in (try? hyperliquid.candles(query)?.read([reply])) ?? [] { check(.candle(candle)) }
  for row in (try? hyperliquid.fundingHistory(query)?.read([reply])) ?? [] { check([row.rate]) }
  for found in (try? hyperliquid.instruments().read([reply])) ?? [] { _ = InstrumentCatalog([found], namesCoins: true) }
  _ = try? hyperliquid.openInterest(of: instrument)?.read([reply])
  _ = try? hyperliquid.fundingRate(of: instrument)?.read([reply])
  for route in hyperliquid.declaration.ownRoutes {
    for parameters in [[:], ["coin": "btc"]] {
      guard let json = try? route.inquiry(parameters).read([reply]) else { continue }
      precondition((try? JSONValue(parsing: json)) != nil, "an answer that is no JSON")
    }
  }
}

private func check(_ event: MarketEvent) {
  precondition(event.instrument === instrument, "an event of another instrument")
  switch event {
  case .trade(let trade): check([trade.price, trade.quantity])
  case .liquidation: preconditionFailure("there are no liquidations")
  case .candle(let candle):
    check([candle.open, candle.high, candle.low, candle.close, candle.baseVolume])
    _ = candle.interval.endTime(ofCandleAt: candle.openTime)
  }
  _ = event.notional
}

private func check(_ numbers: [FixedDecimal]) {
  for number in numbers { precondition(FixedDecimal(number.description) == number, "a number that does not read back") }
}
