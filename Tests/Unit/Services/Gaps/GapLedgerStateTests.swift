import Contract
import Model
import Support
import Testing

@testable import Services

@Suite struct GapLedgerStateTests {
  private let candles = GapKey(Topic(.candles(.oneMinute), of: ToyExchange.alpha))
  private let trades = GapKey(Topic(.trades, of: ToyExchange.beta))
  private let feed = GapKey(Topic(.liquidations, ofAllOn: ExchangeID("other")))

  private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  private func opening(_ key: GapKey, _ cause: GapCause = .disconnect, from: Int64) -> GapOpening {
    GapOpening(key, cause: cause, from: time(from))
  }

  @Test func aGapIsOpenUntilItIsFilled() {
    var ledger = GapLedgerState()
    let opened = ledger.open(opening(candles, from: 5), now: time(6))
    #expect(opened.id == 1 && opened.state == .open && opened.to == nil && opened.missing == nil)
    #expect(opened.openedTime == time(6) && opened.closedTime == nil && opened.source == nil)
    let delivered = ledger.note(.delivered(at: time(8)), of: 1, now: time(8))
    #expect(delivered?.state == .open && delivered?.to == time(8))
    #expect(ledger.note(.delivered(at: time(9)), of: 1, now: time(9)) == nil)
    let filled = ledger.note(.filled(.rest), of: 1, now: time(10))
    #expect(filled?.state == .filled && filled?.missing == 0 && filled?.source == .rest)
    #expect(filled?.to == time(8) && filled?.closedTime == time(10))
    #expect(ledger.note(.unfillable(missing: 1), of: 1, now: time(11)) == nil)
    #expect(ledger.records(GapLedgerState.Selection(), limit: 5).first == filled)
  }

  @Test(arguments: [Int64?(3), nil]) func whatIsGivenUpHasItsCountWhereThereIsOne(missing: Int64?) {
    var ledger = GapLedgerState()
    _ = ledger.open(opening(trades, from: 5), now: time(6))
    let lost = ledger.note(.unfillable(missing: missing), of: 1, now: time(9))
    #expect(lost?.state == .unfillable && lost?.missing == missing && lost?.source == nil)
    // Nothing was delivered before: it lasted until then.
    #expect(lost?.to == time(9))
  }

  @Test func aCauseMayChangeWhileItIsOpen() {
    var ledger = GapLedgerState()
    _ = ledger.open(opening(trades, from: 5), now: time(5))
    #expect(ledger.note(.cause(.ban), of: 1, now: time(6))?.cause == .ban)
    #expect(ledger.note(.cause(.ban), of: 1, now: time(6)) == nil)
    #expect(ledger.note(.cause(.stall), of: 2, now: time(6)) == nil)
  }

  @Test func whatIsKnownAtOnceIsOneRecord() {
    var ledger = GapLedgerState()
    let absent = ledger.open(
      GapOpening(candles, cause: .noTrade, from: time(60), to: time(120)), .filled(.rest), now: time(130))
    #expect(absent.state == .filled && absent.to == time(120) && absent.closedTime == time(130))
    #expect(ledger.count == 1)
  }

  @Test func aSpanNeverEndsBeforeItBegins() {
    var ledger = GapLedgerState()
    _ = ledger.open(opening(trades, from: 50), now: time(5))
    #expect(ledger.note(.delivered(at: time(40)), of: 1, now: time(5))?.to == time(50))
  }

  @Test func theNewestOfASelectionAreGivenAscending() {
    var ledger = GapLedgerState()
    for (key, from) in [(candles, 30), (trades, 10), (feed, 20), (candles, 10)] as [(GapKey, Int64)] {
      _ = ledger.open(opening(key, from: from), now: time(from))
    }
    _ = ledger.note(.filled(.stream), of: 3, now: time(40))
    func ids(_ limit: Int = 10, _ change: (inout GapLedgerState.Selection) -> Void = { _ in }) -> [UInt64] {
      var selection = GapLedgerState.Selection()
      change(&selection)
      return ledger.records(selection, limit: limit).map(\.id)
    }
    #expect(ids() == [2, 4, 3, 1] && ids(2) == [3, 1])
    #expect(ids { $0.exchange = ExchangeID("other") } == [3])
    #expect(ids { $0.symbols = ["ALPHAUSD"] } == [4, 1])
    #expect(ids { $0.interval = .oneHour } == [] && ids { $0.interval = .oneMinute } == [4, 1])
    #expect(ids { $0.stream = .trades } == [2] && ids { $0.state = .filled } == [3])
  }

  @Test func theOldestClosedOnesAreForgottenFirst() {
    var ledger = GapLedgerState()
    for index in 0..<GapLedgerState.capacity { _ = ledger.open(opening(trades, from: Int64(index)), now: time(0)) }
    _ = ledger.note(.filled(.stream), of: 7, now: time(1))
    _ = ledger.note(.filled(.stream), of: 3, now: time(2))
    func isThere(_ id: UInt64) -> Bool {
      ledger.records(GapLedgerState.Selection(), limit: .max).contains { $0.id == id }
    }
    _ = ledger.open(opening(trades, from: 0), now: time(3))
    #expect(!isThere(7) && isThere(3) && ledger.forgottenCount == 1)
    _ = ledger.open(opening(trades, from: 0), now: time(3))
    #expect(!isThere(3) && isThere(1))
    // Where all are open, the oldest of all.
    _ = ledger.open(opening(trades, from: 0), now: time(3))
    #expect(!isThere(1) && isThere(2) && ledger.count == GapLedgerState.capacity && ledger.forgottenCount == 3)
  }
}
