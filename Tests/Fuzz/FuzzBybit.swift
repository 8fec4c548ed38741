import Contract
import Exchanges
import Model

/// The laws of every exchange over the bytes of Bybit. `make fuzz` starts it with `Tests/Fixtures/Bybit`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBybit(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  laws.check(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}

private let laws = ExchangeLaws(
  Bybit(),
  instrument: Instrument(
    exchange: Bybit().id, symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil,
    stepSize: nil, fundingIntervalHours: 8))
