import Model
import Services
import Testing
import Wire

@testable import App

@Suite struct FeedCoverageFieldTests {
  private func standing(
    since: Int64?, broken: Bool = false, gaps: Int = 0
  ) -> FeedCoverage.Standing {
    var standing = FeedCoverage.Standing()
    standing.since = since.map { Timestamp(microseconds: $0 * 1_000_000) }
    standing.brokenSince = broken ? .epoch : nil
    standing.gaps = (0..<gaps).map { _ in FeedCoverage.Gap(from: .epoch, until: .epoch) }
    return standing
  }

  private func field(_ standings: FeedCoverage.Standing...) -> FeedCoverageField {
    FeedCoverageField(zip(["one", "two", "three"], standings).map { (ExchangeID($0), $1) })
  }

  @Test func wholeIsWhatEveryExchangeHasBeenHeardFor() {
    #expect(field(standing(since: 60), standing(since: 3600)).text == "since=1970-01-01T01:00:00Z")
  }

  @Test func whatCannotBeHeardNowIsNamedInTheOrderOfTheFeed() {
    let field = field(standing(since: nil), standing(since: 60), standing(since: 0, broken: true))
    #expect(field.text == "since=1970-01-01T00:01:00Z; missing=one,three")
    #expect(!field.isEmpty)
  }

  @Test func gapsAreNamedToo() {
    #expect(
      field(standing(since: 0, gaps: 1), standing(since: 0, broken: true, gaps: 2)).text
        == "since=1970-01-01T00:00:00Z; missing=two; gaps=one,two")
  }

  @Test func whereNothingWasEverHeardThereIsNoAnswer() {
    let field = field(standing(since: nil), standing(since: nil))
    #expect(field.isEmpty && field.text == "missing=one,two")
  }

  @Test func theAnswerIsTrueForTheMomentOnly() {
    let response = field(standing(since: 0)).response(Array("[]".utf8))
    #expect(response.status == .ok)
    #expect(response.headers["Cache-Control"] == "no-cache")
    #expect(response.headers["X-Coverage"] == "since=1970-01-01T00:00:00Z")
    #expect(response.headers["Content-Type"] == "application/json")
  }
}
