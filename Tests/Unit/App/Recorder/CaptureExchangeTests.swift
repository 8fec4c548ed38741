import Contract
import Model
import Support
import Testing

@testable import App

@Suite struct CaptureExchangeTests {
  @Test func aChannelIsRecordedWhereTheExchangeOffersIt() {
    var capabilities = ToyExchange().declaration.capabilities
    #expect(CaptureChannel.ohlc.channel(of: capabilities) == .candles(.oneMinute))
    #expect(CaptureChannel.trades.channel(of: capabilities) == .trades)
    #expect(CaptureChannel.liquidations.channel(of: capabilities) == .liquidations)
    capabilities.intervals.removeFirst()
    #expect(CaptureChannel.ohlc.channel(of: capabilities) == Interval("5m").map { .candles($0) })
    capabilities.intervals = []
    #expect(CaptureChannel.ohlc.channel(of: capabilities) == nil)
    capabilities.features = []
    for channel in CaptureChannel.allCases { #expect(channel.channel(of: capabilities) == nil) }
  }
}
