import Contract
import Exchanges
import Model

/// The laws of every exchange over the bytes of Binance. `make fuzz` starts it with `Tests/Fixtures/Binance`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBinance(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  laws.check(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}

private let laws = ExchangeLaws(
  Binance(),
  instrument: Instrument(
    exchange: Binance().id, symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil,
    stepSize: nil, fundingIntervalHours: 8))
