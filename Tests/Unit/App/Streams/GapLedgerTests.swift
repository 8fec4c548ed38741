import Contract
import Model
import Services
import Support
import Telemetry
import Testing

@testable import App

@Suite struct GapLedgerTests {
  private struct Feed: FeedLine {
    let inbox = Inbox<GapRecord>()

    func post(_ message: FeedMessage) {
      guard case .events(.gaps, let events) = message else { return }
      for case .gap(let record) in events { inbox.add(record) }
    }
  }

  private let feed = Feed()
  private let registry = MetricsRegistry()
  private let clock = ManualClock()
  private let opening = GapOpening(
    GapKey(Topic(.trades, of: ToyExchange.alpha)), cause: .disconnect, from: Timestamp(microseconds: 1))

  private func ledger() -> GapLedger {
    GapLedger(of: [ToyExchange().id], feed: feed, clock: clock, metrics: registry, logger: .silent)
  }

  private func metrics() -> String { String(decoding: registry.prometheusText, as: UTF8.self) }

  @Test func everyChangeIsToldAndCounted() {
    let ledger = ledger()
    let id = ledger.open(opening, nil)
    #expect(metrics().contains(#"marketgate_open_gaps{exchange="toy",stream="trades"} 1"#))
    ledger.note(.delivered(at: clock.wallClock), of: id)
    ledger.note(.unfillable(missing: 3), of: id)
    ledger.note(.filled(.rest), of: id)
    #expect(feed.inbox.pending.map(\.state) == [.open, .open, .unfillable])
    #expect(Set(feed.inbox.pending.map(\.id)) == [id])
    for (state, count) in [("open", 1), ("unfillable", 1), ("filled", 0)] {
      let series =
        #"marketgate_gaps_total{cause="disconnect",exchange="toy",state="\#(state)",stream="trades"} \#(count)"#
      #expect(metrics().contains(series))
    }
    #expect(metrics().contains(#"marketgate_open_gaps{exchange="toy",stream="trades"} 0"#))
    #expect(ledger.records(GapLedgerState.Selection(), limit: 5).map(\.missing) == [3])
  }

  @Test func whatIsKnownAtOnceIsToldOnce() {
    let ledger = ledger()
    _ = ledger.open(opening, .filled(.rest))
    #expect(feed.inbox.pending.map(\.state) == [.filled])
    #expect(metrics().contains(#"marketgate_open_gaps{exchange="toy",stream="trades"} 0"#))
  }

  @Test func streamsAreNamedBeforeTheirFirstGap() {
    _ = ledger()
    for stream in ["ohlc", "trades", "liquidations"] {
      #expect(metrics().contains(#"marketgate_open_gaps{exchange="toy",stream="\#(stream)"} 0"#))
    }
  }
}
