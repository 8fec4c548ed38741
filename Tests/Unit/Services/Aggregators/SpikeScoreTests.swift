import Model
import Support
import Testing

@testable import Services

/// Expected scores are Python's (Tests/Fixtures/Spikes/make_scores.py).
@Suite struct SpikeScoreTests {
  @Test func everyScoreIsPythons() throws {
    let lines = try Fixture.lines("Spikes/scores.tsv")
    #expect(lines.count == 27)
    for line in lines {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let baseline = fields[1].split(separator: ",").compactMap { FixedDecimal(String($0)) }
      let score = SpikeScore.score(of: try #require(FixedDecimal(fields[0])), against: baseline)
      guard let expected = Double(fields[2]) else {
        #expect(score == nil, "\(line)")
        continue
      }
      #expect(abs(try #require(score) - expected) <= 1e-9 * max(1, abs(expected)), "\(line)")
    }
  }

  @Test func sumsTooLongToHoldHaveNoScore() throws {
    let huge = try #require(FixedDecimal("170141183460469231731687303715884105727"))
    #expect(SpikeScore.score(of: huge, against: Array(repeating: huge, count: 6)) == nil)
  }
}
