import Model
import Services
import Testing

@Suite struct FeedCoverageTests {
  private let one = ExchangeID("one")
  private let two = ExchangeID("two")

  private func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  private func gap(_ from: Int64, _ until: Int64) -> FeedCoverage.Gap {
    FeedCoverage.Gap(from: time(from), until: time(until))
  }

  @Test func anExchangeThatHasNotBeenHeardIsNotFollowed() {
    var coverage = FeedCoverage([one, two])
    coverage.begin(one, at: time(5))
    #expect(coverage.standing(of: one).since == time(5) && coverage.standing(of: one).isFollowed)
    #expect(coverage.standing(of: two).since == nil && !coverage.standing(of: two).isFollowed)
    coverage.begin(one, at: time(9))
    #expect(coverage.standing(of: one).since == time(5))
  }

  @Test func anExchangeOfAnotherFeedIsIgnored() {
    var coverage = FeedCoverage([one])
    coverage.begin(two, at: time(5))
    coverage.interrupt(two, since: time(6))
    coverage.restore(two, at: time(7))
    coverage.note(gap(1, 2), of: two)
    #expect(coverage.standing(of: two) == FeedCoverage.Standing())
  }

  @Test func aBreakIsAGapOnceItIsOver() {
    var coverage = FeedCoverage([one])
    coverage.begin(one, at: time(1))
    coverage.interrupt(one, since: time(10))
    coverage.interrupt(one, since: time(12))
    #expect(!coverage.standing(of: one).isFollowed)
    #expect(coverage.standing(of: one).brokenSince == time(10) && coverage.standing(of: one).gaps.isEmpty)
    coverage.restore(one, at: time(20))
    coverage.restore(one, at: time(21))
    #expect(coverage.standing(of: one).isFollowed)
    #expect(coverage.standing(of: one).gaps == [gap(10, 20)])
  }

  @Test func aClockThatGoesBackMakesNoSpanThatEndsBeforeItBegins() {
    var coverage = FeedCoverage([one])
    coverage.begin(one, at: time(1))
    coverage.interrupt(one, since: time(10))
    coverage.restore(one, at: time(5))
    #expect(coverage.standing(of: one).gaps == [gap(10, 10)])
  }

  @Test func seenFromLaterWhatIsOverByThenIsNoGap() {
    var coverage = FeedCoverage([one])
    coverage.begin(one, at: time(1))
    coverage.note(gap(10, 20), of: one)
    coverage.note(gap(30, 40), of: one)
    #expect(coverage.standing(of: one).since(time(35)).gaps == [gap(30, 40)])
    #expect(coverage.standing(of: one).since(time(35)).since == time(35))
    #expect(coverage.standing(of: one).since(time(0)).since == time(1))
    #expect(coverage.standing(of: one).since(time(20)).gaps == [gap(30, 40)])
    #expect(FeedCoverage.Standing().since(time(9)).since == nil)
  }

  @Test func withOneGapTooManyTheMemoryBeginsAfterTheOldest() {
    var coverage = FeedCoverage([one])
    coverage.begin(one, at: time(1))
    for number in 1...Int64(FeedCoverage.gapLimit) + 1 { coverage.note(gap(number * 10, number * 10 + 5), of: one) }
    let standing = coverage.standing(of: one)
    #expect(standing.gaps.count == FeedCoverage.gapLimit)
    #expect(standing.since == time(15) && standing.gaps.first == gap(20, 25))
  }
}
