import Testing

@testable import Services

@Suite struct RepairTermsTests {
  @Test func pausesDoubleUpToTheLongestAndBeginAnewWhenAQuestionWasOfUse() {
    var terms = RepairTerms()
    terms.jitter = { $0.upperBound }
    var pace = RepairPaceState(terms)
    var pauses: [Int64] = []
    for _ in 0..<40 {
      #expect(pace.begin() && !pace.begin() && pace.nextTime == nil)
      pace.failed(now: 100)
      pauses.append((pace.nextTime ?? 0) - 100)
    }
    #expect(pauses.prefix(7) == [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] && pauses.max() == 30_000)
    pace.answered()
    #expect(pace.nextTime == nil && !pace.isDue(now: .max))
    pace.failed(now: 0)
    #expect(!pace.isDue(now: 999) && pace.isDue(now: 1000))
  }

  @Test func pausesBeginAnewWhenTheExchangeIsThereAgain() {
    var terms = RepairTerms()
    terms.jitter = { $0.upperBound }
    var pace = RepairPaceState(terms)
    pace.restart(now: 0)
    #expect(pace.nextTime == nil)
    for _ in 0..<10 { pace.failed(now: 0) }
    pace.restart(now: 5000)
    #expect(pace.nextTime == 6000)
    // One that is earlier stays.
    pace.restart(now: 5500)
    #expect(pace.nextTime == 6000)
    for _ in 0..<10 { pace.failed(now: 0) }
    let begun = pace.begin()
    #expect(begun)
    // The question that is under way was asked too early.
    pace.restart(now: 7000)
    #expect(pace.nextTime == nil && !pace.begin())
    pace.failed(now: 8000)
    #expect(pace.nextTime == 9000)
  }

  @Test func aPauseLiesAnywhereBetweenNothingAndItsWhole() {
    let pauses = (0..<200).map { _ in
      var pace = RepairPaceState(RepairTerms())
      pace.failed(now: 0)
      return pace.nextTime ?? -1
    }
    #expect(pauses.allSatisfy { (0...1000).contains($0) } && Set(pauses).count > 50)
  }
}
