import Contract
import Exchanges
import Model
import Support
import Testing

@Suite struct InstrumentChangesTests {
  private func instrument(
    _ symbol: String, status: Instrument.Status = .trading, tick: String? = nil, hours: Int? = 8
  ) -> Instrument {
    Instrument(
      exchange: ExchangeID("toy"), symbol: symbol, base: symbol, quote: "USDT", kind: .perpetual, status: status,
      tickSize: tick.flatMap { FixedDecimal($0) }, stepSize: nil, fundingIntervalHours: hours)
  }

  private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  /// `listed A`, in the order they were told.
  private func words(_ changes: [InstrumentChange]) -> [String] {
    changes.map { "\($0.kind.rawValue) \($0.instrument.symbol)" }
  }

  @Test func theFirstListChangesNothing() {
    var changes = InstrumentChanges()
    #expect(changes.catalog == nil)
    #expect(changes.receive([instrument("A"), instrument("B", status: .delisted)], at: .epoch).isEmpty)
    #expect(changes.catalog?.instruments.map(\.symbol) == ["A", "B"])
    #expect(!changes.hasDoubt)
  }

  @Test func anEqualListChangesNothingAndKeepsItsObjects() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("A", tick: "0.10")], at: .epoch)
    let first = changes.catalog?.find("A")
    #expect(changes.receive([instrument("A", tick: "0.1")], at: .epoch).isEmpty)
    #expect(changes.catalog?.find("A") === first)
  }

  @Test func whatIsNewIsListedAndWhatIsOtherIsChangedInTheOrderOfTheList() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("A"), instrument("B"), instrument("C")], at: .epoch)
    let told = changes.receive(
      [instrument("N"), instrument("A", status: .halted), instrument("B"), instrument("C", tick: "0.5")], at: time(7))
    #expect(words(told) == ["listed N", "changed A", "changed C"])
    #expect(told.allSatisfy { $0.time == time(7) })
    #expect(told.map(\.instrument.status) == [.trading, .halted, .trading])
    #expect(told.last?.instrument.tickSize?.description == "0.5")
  }

  @Test func whatTheExchangeNamesAsDelistedIsOverAtOnceAndOnce() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("A"), instrument("B")], at: .epoch)
    #expect(
      words(changes.receive([instrument("A", status: .delisted), instrument("B")], at: .epoch)) == ["delisted A"])
    #expect(changes.receive([instrument("A", status: .delisted, tick: "1"), instrument("B")], at: .epoch).isEmpty)
    #expect(changes.receive([instrument("B")], at: .epoch).isEmpty)
    #expect(!changes.hasDoubt)
    #expect(changes.catalog?.find("A") == nil)
  }

  @Test func oneAnswerWithoutAnInstrumentIsADoubtInWhichItStays() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("A"), instrument("B")], at: .epoch)
    let a = changes.catalog?.find("A")
    #expect(changes.receive([instrument("B")], at: .epoch).isEmpty)
    #expect(changes.hasDoubt)
    #expect(changes.catalog?.find("A") === a)
    #expect(changes.receive([instrument("A"), instrument("B")], at: .epoch).isEmpty)
    #expect(!changes.hasDoubt)
    // A doubt that was settled begins anew.
    #expect(changes.receive([instrument("B")], at: .epoch).isEmpty)
    #expect(changes.catalog?.find("A") === a)
  }

  @Test func theSecondAnswerWithoutItEndsItAfterAllElse() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("A", hours: 4), instrument("B")], at: .epoch)
    _ = changes.receive([instrument("B")], at: time(1))
    let told = changes.receive([instrument("B"), instrument("C")], at: time(2))
    #expect(words(told) == ["listed C", "delisted A"])
    #expect(told.last?.instrument.status == .delisted)
    #expect(told.last?.instrument.fundingIntervalHours == 4)
    #expect(changes.catalog?.instruments.map(\.symbol) == ["B", "C"])
    #expect(!changes.hasDoubt)
  }

  @Test func whatComesBackIsListedAgain() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("A", status: .delisted), instrument("B")], at: .epoch)
    #expect(words(changes.receive([instrument("A"), instrument("B")], at: .epoch)) == ["listed A"])
    for _ in 1...2 { _ = changes.receive([instrument("B")], at: .epoch) }
    #expect(words(changes.receive([instrument("A"), instrument("B")], at: .epoch)) == ["listed A"])
  }

  @Test func whatComesDelistedIsNoNews() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("B")], at: .epoch)
    #expect(changes.receive([instrument("A", status: .delisted), instrument("B")], at: .epoch).isEmpty)
  }

  @Test func ofTwoEqualSymbolsTheFirstCounts() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("A"), instrument("A", tick: "1"), instrument("B")], at: .epoch)
    #expect(changes.receive([instrument("A"), instrument("A", tick: "2"), instrument("B")], at: .epoch).isEmpty)
    _ = changes.receive([instrument("B")], at: .epoch)
    #expect(words(changes.receive([instrument("B")], at: .epoch)) == ["delisted A"])
  }

  @Test func aFundingIntervalThatWasNotToBeHadIsNoChange() {
    var changes = InstrumentChanges()
    _ = changes.receive([instrument("A", hours: 4)], at: .epoch)
    #expect(changes.receive([instrument("A", hours: nil)], isPartial: true, at: .epoch).isEmpty)
    #expect(changes.catalog?.find("A")?.fundingIntervalHours == 4)
    #expect(words(changes.receive([instrument("A", hours: nil)], at: .epoch)) == ["changed A"])
  }

  @Test func pairsAreFoundInARefreshedListToo() {
    var changes = InstrumentChanges()
    for _ in 1...2 {
      _ = changes.receive([instrument("BTC")], namesCoins: true, at: .epoch)
      #expect(changes.catalog?.find("BTCUSDT")?.symbol == "BTC")
    }
  }

  /// Two recorded lists, the second cut to 80 rows. Python: of the first 80 rows of both, 58 and 57 are without
  /// `isDelisted`; what the second lacks is FXS.
  @Test func betweenTwoRecordedListsOneCoinHasEnded() throws {
    func read(_ fixture: String, rows: Int) throws -> [Instrument] {
      let text = try Fixture.text("Hyperliquid/rest/\(fixture)")
      let list = try #require(text.firstRange(of: #"{"universe":["#)).upperBound
      let objects = text[list...].prefix { $0 != "]" }.split(separator: "},").prefix(rows)
      let body = #"{"universe":["# + objects.joined(separator: "},") + (objects.count == rows ? "}]}" : "]}")
      return try Hyperliquid().instruments().read([
        UpstreamReply(status: 200, body: Array(body.replacing("}}", with: "}").utf8), askTime: .epoch)
      ])
    }
    let (old, new) = (try read("meta_2025-12.json", rows: 80), try read("metaAndAssetCtxs_2026-02.json", rows: 80))
    var changes = InstrumentChanges()
    #expect(changes.receive(old, at: .epoch).isEmpty)
    #expect(changes.receive(new, at: .epoch).isEmpty)
    #expect(words(changes.receive(new, at: .epoch)) == ["delisted FXS"])
  }

  /// The recorded list of another exchange, once without the intervals that come in an answer of their own.
  @Test func aRecordedListThatIsReadAgainChangesNothing() throws {
    func read(_ funding: String) throws -> [Instrument] {
      let bodies = [try Fixture.text("Binance/rest/exchangeInfo_1.json"), funding]
      return try Binance().instruments().read(
        bodies.map { UpstreamReply(status: 200, body: Array($0.utf8), askTime: .epoch) })
    }
    let intervals = try Fixture.text("Binance/rest/fundingInfo_1.json")
    var changes = InstrumentChanges()
    #expect(changes.receive(try read(intervals), at: .epoch).isEmpty)
    #expect(changes.receive(try read("{"), isPartial: true, at: .epoch).isEmpty)
    #expect(changes.receive(try read(intervals), at: .epoch).isEmpty)
    #expect(changes.catalog?.instruments.count == 25)
  }
}
