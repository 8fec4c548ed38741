import Testing
import Wire

@testable import App

@Suite struct MarketAnswerTests {
  private func answer(freshness: Int64, isTruncated: Bool = false) -> MarketAnswer {
    MarketAnswer(
      body: SharedBytes(Array("[]".utf8)), asked: 10_000, freshness: freshness,
      coverage: HistoryCoverageField(isTruncated: isTruncated))
  }

  @Test func itIsFreshFromTheQuestionOnAndNoLonger() {
    #expect(answer(freshness: 500).isFresh(now: 10_000))
    #expect(answer(freshness: 500).isFresh(now: 10_499))
    #expect(!answer(freshness: 500).isFresh(now: 10_500))
    #expect(!answer(freshness: 0).isFresh(now: 10_000))
  }

  @Test func ageAndLifetimeAreSaidInWholeSeconds() {
    let response = answer(freshness: 60_900).response(now: 12_999)
    #expect(response.headers["Cache-Control"] == "max-age=60")
    #expect(response.headers["Age"] == "2")
    #expect(response.headers["Content-Type"] == "application/json")
    #expect(response.headers["X-Coverage"] == nil)
  }

  @Test func whatLivesForLessThanASecondIsNotForCaches() {
    #expect(answer(freshness: 999).response(now: 10_000).headers["Cache-Control"] == "no-cache")
    #expect(answer(freshness: 0).response(now: 9000).headers["Age"] == "0")
  }

  @Test func whatTheExchangeNoLongerHadIsSaid() {
    #expect(answer(freshness: 0, isTruncated: true).response(now: 0).headers["X-Coverage"] == "truncated")
  }
}
