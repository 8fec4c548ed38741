import Contract
import Model
import Testing

@Suite struct CapabilitiesTests {
  @Test func everyFeatureHasItsOwnBitAndName() {
    let named = Capabilities.Features.named
    #expect(Set(named.map(\.name)).count == named.count)
    var all: Capabilities.Features = []
    for (_, feature) in named {
      #expect(feature.rawValue.nonzeroBitCount == 1)
      #expect(all.isDisjoint(with: feature))
      all.insert(feature)
    }
    #expect(all.rawValue == (1 << UInt32(named.count)) - 1)
  }

  @Test func theFirstFiveFeaturesAreThePublicContracts() {
    #expect(
      Capabilities.Features.named.prefix(5).map(\.name)
        == ["ohlc", "funding_rate", "open_interest", "liquidations", "large_trades"])
  }

  @Test func coverageAndPriceAreSpelledAsThePublicContractSpellsThem() {
    let coverages: [Capabilities.LiquidationCoverage] = [.full, .sampled, .none]
    #expect(coverages.map(\.rawValue) == ["full", "sampled", "none"])
    #expect(Capabilities.LiquidationPrice.average.rawValue == "average")
    #expect(Capabilities.LiquidationPrice.bankruptcy.rawValue == "bankruptcy")
  }

  @Test func capabilitiesHoldWhatTheyAreGiven() {
    let capabilities = Capabilities(
      features: [.ohlc, .trades], intervals: [.oneMinute], openInterestPeriods: [], marksClosedCandles: true,
      liquidationCoverage: .none, liquidationPrice: nil)
    #expect(capabilities.features.contains(.trades))
    #expect(!capabilities.features.contains(.liquidations))
    #expect(capabilities.intervals == [.oneMinute])
    #expect(capabilities.openInterestPeriods.isEmpty)
    #expect(capabilities.marksClosedCandles)
    #expect(capabilities.liquidationCoverage == .none)
    #expect(capabilities.liquidationPrice == nil)
  }
}
