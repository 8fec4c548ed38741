import Contract
import Exchanges
import Model

/// The laws of every exchange over the bytes of OKX. `make fuzz` starts it with `Tests/Fixtures/Okx`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOkx(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  laws.check(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}

private let laws = ExchangeLaws(
  Okx(),
  instrument: Instrument(
    exchange: Okx().id, symbol: "BTC-USDT-SWAP", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
    tickSize: nil,
    stepSize: nil, contractSize: FixedDecimal("0.01") ?? .zero, fundingIntervalHours: 8))
