import Model
import Services
import Testing

@Suite struct FeedRecordTests {
  private let one = ExchangeID("one")
  private let two = ExchangeID("two")

  private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  private func record(limit: Int = 10) -> FeedRecord<Int> {
    var record = FeedRecord<Int>(limit: limit, exchanges: [one, two])
    record.begin(one, at: time(1))
    return record
  }

  private func notice(_ kind: StreamNotice.Kind, since: Int64) -> StreamNotice {
    StreamNotice(kind, exchange: one, since: time(since), cause: "disconnect")
  }

  @Test func thePastSaysHowEachExchangeStandsThatWasAskedFor() {
    var record = record()
    record.observe(7, at: time(2))
    let past = record.past(of: [two, one], limit: 5) { _ in true }
    #expect(past.events == [7])
    #expect(past.standings.map(\.exchange) == [two, one])
    #expect(past.standings.map(\.standing.since) == [nil, time(1)])
    #expect(record.past(of: [one], limit: 5) { $0 > 7 }.standings.count == 1)
  }

  @Test func aBreakIsToldUntilItIsOverAndThenAsAGap() {
    var record = record()
    record.observe(notice(.stale, since: 5), at: time(6))
    #expect(record.standings(of: [one])[0].standing.brokenSince == time(5))
    record.observe(notice(.recovered, since: 5), at: time(9))
    #expect(record.standings(of: [one])[0].standing.isFollowed)
    record.observe(notice(.gap(until: time(12)), since: 11), at: time(13))
    #expect(
      record.standings(of: [one])[0].standing.gaps == [
        FeedCoverage.Gap(from: time(5), until: time(9)), FeedCoverage.Gap(from: time(11), until: time(12)),
      ])
    #expect(record.standings(of: [one], from: time(10))[0].standing.gaps.count == 1)
  }

  @Test func whereNothingIsToldWhatIsSeenCounts() {
    var record = record()
    record.see(two, isThere: false, at: time(2))
    #expect(record.standings(of: [two])[0].standing == FeedCoverage.Standing())
    record.see(two, isThere: true, at: time(3))
    record.see(two, isThere: false, at: time(5))
    #expect(record.standings(of: [two])[0].standing.brokenSince == time(5))
    record.see(two, isThere: true, at: time(8))
    let standing = record.standings(of: [two])[0].standing
    #expect(standing.since == time(3) && standing.gaps == [FeedCoverage.Gap(from: time(5), until: time(8))])
  }

  @Test func whatIsOlderThanTheEventsOfAnAnswerIsNoPartOfIt() {
    var record = record(limit: 2)
    record.observe(notice(.gap(until: time(3)), since: 2), at: time(3))
    for event in 4...6 { record.observe(event, at: time(Int64(event))) }
    // The memory reaches back to just after the event that had to go.
    let whole = record.past(of: [one], limit: 5) { _ in true }
    #expect(whole.events == [5, 6] && whole.standings[0].standing.since == time(4))
    #expect(whole.standings[0].standing.gaps.isEmpty)
    let newest = record.past(of: [one], limit: 1) { _ in true }
    #expect(newest.events == [6] && newest.standings[0].standing.since == time(6))
  }
}
