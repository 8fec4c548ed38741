import Model
import Testing

@Suite struct InstrumentTests {
  private func instrument(
    exchange: String = "toy", symbol: String = "BTCUSDT", base: String = "BTC", quote: String = "USDT",
    kind: Instrument.Kind = .perpetual, status: Instrument.Status = .trading,
    tickSize: FixedDecimal? = FixedDecimal("0.1"),
    stepSize: FixedDecimal? = FixedDecimal("0.001"), contractSize: FixedDecimal = FixedDecimal(1), hours: Int? = 8
  ) -> Instrument {
    Instrument(
      exchange: ExchangeID(exchange), symbol: symbol, base: base, quote: quote, kind: kind, status: status,
      tickSize: tickSize, stepSize: stepSize, contractSize: contractSize, fundingIntervalHours: hours)
  }

  @Test func exchangeAndSymbolAreTheIdentity() {
    let one = instrument()
    #expect(one == one && one == instrument(status: .halted))
    #expect(one != instrument(symbol: "btcusdt"))
    #expect(one != instrument(exchange: "other"))
    #expect(Set([one, instrument(hours: 4), instrument(symbol: "X")]).count == 2)
    #expect(one.description == "toy/BTCUSDT")
  }

  @Test func aDifferenceInAnyPropertyIsSeen() {
    let one = instrument()
    #expect(one.hasSameProperties(as: instrument()))
    #expect(one.hasSameProperties(as: instrument(tickSize: FixedDecimal("0.10"))))
    let others = [
      instrument(exchange: "other"), instrument(symbol: "X"), instrument(base: "X"), instrument(quote: "X"),
      instrument(kind: .future), instrument(status: .delisted), instrument(tickSize: nil), instrument(stepSize: nil),
      instrument(contractSize: FixedDecimal(10)), instrument(hours: nil),
    ]
    for other in others { #expect(!one.hasSameProperties(as: other), "\(other)") }
  }

  @Test func anotherTimeOfListingIsADifference() {
    func listed(_ time: Timestamp?) -> Instrument {
      Instrument(
        exchange: ExchangeID("toy"), symbol: "X", base: "X", quote: "Y", kind: .spot, status: .trading, tickSize: nil,
        stepSize: nil, fundingIntervalHours: nil, listTime: time)
    }
    #expect(listed(.epoch).hasSameProperties(as: listed(.epoch)))
    #expect(!listed(.epoch).hasSameProperties(as: listed(nil)))
    #expect(instrument().listTime == nil)
  }

  @Test func theSizeOfAContractIsOneWhereNoneIsGiven() {
    let plain = Instrument(
      exchange: ExchangeID("toy"), symbol: "X", base: "X", quote: "Y", kind: .spot, status: .trading, tickSize: nil,
      stepSize: nil, fundingIntervalHours: nil)
    #expect(plain.contractSize == FixedDecimal(1))
  }

  @Test(arguments: [
    ("USD", true), ("USDT", true), ("USDC", true), ("FDUSD", true), ("BUSD", true), ("BTC", false), ("EUR", false),
    ("usdt", false),
  ])
  func fiveQuotesAreDollars(quote: String, isDollar: Bool) {
    #expect(instrument(quote: quote).isQuotedInDollars == isDollar)
  }

  @Test func aDifferenceIsNamed() {
    let one = instrument()
    #expect(one.differences(from: instrument()).isEmpty)
    #expect(one.differences(from: one).isEmpty)
    let others: [(Instrument, Instrument.Property)] = [
      (instrument(base: "X"), .base), (instrument(quote: "X"), .quote), (instrument(kind: .future), .kind),
      (instrument(status: .delisted), .status), (instrument(tickSize: nil), .tickSize),
      (instrument(stepSize: nil), .stepSize), (instrument(contractSize: FixedDecimal(10)), .contractSize),
      (instrument(hours: nil), .fundingIntervalHours),
    ]
    for (other, property) in others { #expect(one.differences(from: other) == [property]) }
  }

  @Test func aCopyDiffersInWhatItIsMadeForOnly() {
    let one = instrument()
    #expect(one.withStatus(.halted).differences(from: one) == [.status])
    let unknown = instrument(hours: nil)
    #expect(unknown.withFundingInterval(from: one).hasSameProperties(as: one))
    #expect(unknown.withFundingInterval(from: nil) === unknown)
    #expect(one.withFundingInterval(from: instrument(hours: 1)) === one)
  }
}
