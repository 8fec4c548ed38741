import Contract
import Model
import Services
import Testing

@Suite struct LiquidationSummaryTests {
  private func part(
    _ exchange: String, _ coverage: Capabilities.LiquidationCoverage, long: String, short: String
  ) -> LiquidationSummary.Part {
    let instrument = AggregatorSample.instrument("X", on: exchange)
    var sums = LiquidationTotals.ExchangeSums()
    sums.all.add(AggregatorSample.liquidation(instrument, .long, price: long, quantity: "1", at: .epoch))
    sums.all.add(AggregatorSample.liquidation(instrument, .short, price: short, quantity: "1", at: .epoch))
    return LiquidationSummary.Part(
      exchange: ExchangeID(exchange), coverage: coverage, standing: FeedCoverage.Standing(), sums: sums)
  }

  @Test func whatASampledStreamShowsIsNotAddedToWhatAWholeOneDoes() {
    let summary = LiquidationSummary(
      from: .epoch, to: .epoch,
      parts: [
        part("one", .full, long: "1.5", short: "10"), part("two", .sampled, long: "100", short: "200"),
        part("three", .full, long: "2", short: "20"),
      ])
    let (full, sampled) = (summary.total(of: .full), summary.total(of: .sampled))
    #expect(full.longs.value?.description == "3.5" && full.shorts.value?.description == "30" && full.count == 4)
    #expect(sampled.longs.value?.description == "100" && sampled.count == 2)
    #expect(summary.total(of: .none).count == 0)
  }

  @Test func aSpanBeginsOnTheMinuteThatHoldsItsStart() {
    let end = AggregatorSample.time(90.5)
    #expect(LiquidationSummary.start(ofSpan: 60_000, to: end) == AggregatorSample.time(0))
    #expect(LiquidationSummary.start(ofSpan: 60_000, to: AggregatorSample.time(120)) == AggregatorSample.time(60))
    #expect(LiquidationSummary.start(ofSpan: 3_600_000, to: end) == AggregatorSample.time(-3540))
  }
}
