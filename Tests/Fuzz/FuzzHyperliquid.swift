import Contract
import Exchanges
import Model

/// The laws of every exchange over the bytes of Hyperliquid. `make fuzz` starts it with `Tests/Fixtures/Hyperliquid`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHyperliquid(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  laws.check(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}

private let laws = ExchangeLaws(
  Hyperliquid(),
  instrument: Instrument(
    exchange: Hyperliquid().id, symbol: "BTC", base: "BTC", quote: "USD", kind: .perpetual, status: .trading,
    tickSize: nil,
    stepSize: nil, fundingIntervalHours: 1))
