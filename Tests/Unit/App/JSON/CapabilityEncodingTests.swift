import Contract
import Support
import Testing
import Wire

@testable import PublicJSON

@Suite struct CapabilityEncodingTests {
  private func text(_ declaration: Declaration) -> String {
    var json = JSONWriter()
    CapabilityEncoding.append(declaration, to: &json)
    return String(decoding: json.take(), as: UTF8.self)
  }

  @Test func flagsIntervalsAndCoverageAreNamed() {
    #expect(
      text(ToyExchange().declaration) == """
        {"name":"toy","capabilities":{"ohlc":true,"funding_rate":true,"open_interest":true,"liquidations":true,\
        "large_trades":true,"trades":true,"open_interest_history":false,"instruments":true},\
        "intervals":["1m","5m","1h"],"liquidation_coverage":"full","liquidation_price":"bankruptcy"}
        """)
  }

  @Test func withoutLiquidationsThereIsNoPriceOfThem() {
    var declaration = ToyExchange().declaration
    declaration.capabilities.features.remove(.liquidations)
    declaration.capabilities.liquidationCoverage = .none
    declaration.capabilities.liquidationPrice = nil
    #expect(text(declaration).hasSuffix(#""liquidation_coverage":"none"}"#))
  }

  @Test func anExchangeInFeedsAloneIsShownWithWhatItIsUsedFor() {
    var json = JSONWriter()
    CapabilityEncoding.append(ToyExchange().declaration, only: .liquidations, to: &json)
    let text = String(decoding: json.take(), as: UTF8.self)
    #expect(
      text == """
        {"name":"toy","capabilities":{"ohlc":false,"funding_rate":false,"open_interest":false,"liquidations":true,\
        "large_trades":false,"trades":false,"open_interest_history":false,"instruments":false},\
        "intervals":[],"liquidation_coverage":"full","liquidation_price":"bankruptcy"}
        """)
  }
}
