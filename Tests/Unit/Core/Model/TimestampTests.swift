import Model
import Testing

@Suite struct TimestampTests {
  @Test func textIsThatOfPythonWithTheShortestExactFraction() throws {
    let cases = try PythonCases.dates("iso")
    #expect(cases.count > 100)
    for fields in cases {
      let instant = Timestamp(microseconds: try #require(Int64(fields[0])))
      #expect(instant.description == fields[1])
      #expect(fields[1].utf8.count <= Timestamp.maxTextLength)
    }
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000001Z"), (1000, "1970-01-01T00:00:00.001Z"),
    (999_000, "1970-01-01T00:00:00.999Z"), (120_000, "1970-01-01T00:00:00.120Z"),
    (1_000_010, "1970-01-01T00:00:01.000010Z"),
  ])
  func aFractionHasNoneOrThreeOrSixDigits(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
  }

  @Test func textIsAppendedToWhatIsThere() {
    var bytes = Array("t=".utf8)
    Timestamp.epoch.appendISO8601(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "t=1970-01-01T00:00:00Z")
  }

  @Test func anInstantOutsideTheRangeIsTheNearestEnd() {
    #expect(Timestamp(microseconds: -1) == .epoch)
    #expect(Timestamp(microseconds: .min) == .epoch)
    #expect(Timestamp(microseconds: .max) == .latest)
    #expect(Timestamp.latest.description == "9999-12-31T23:59:59.999999Z")
  }

  @Test func millisecondsOutsideTheRangeAreRefused() {
    #expect(Timestamp(milliseconds: 0) == .epoch)
    #expect(Timestamp(milliseconds: 1_700_000_000_123)?.microseconds == 1_700_000_000_123_000)
    #expect(Timestamp(milliseconds: Timestamp.latest.milliseconds)?.description == "9999-12-31T23:59:59.999Z")
    for milliseconds in [-1, .min, Timestamp.latest.milliseconds + 1, .max] as [Int64] {
      #expect(Timestamp(milliseconds: milliseconds) == nil)
    }
  }

  @Test func advancingStopsAtTheEnds() {
    let instant = Timestamp(microseconds: 5_000_001)
    #expect(instant.advanced(byMilliseconds: 2).microseconds == 5_002_001)
    #expect(instant.advanced(byMilliseconds: -5001) == .epoch)
    for milliseconds in [.max, .max / 1000, .max / 1000 - 1] as [Int64] {
      #expect(instant.advanced(byMilliseconds: milliseconds) == .latest)
      #expect(Timestamp.latest.advanced(byMilliseconds: milliseconds) == .latest)
      #expect(instant.advanced(byMilliseconds: -milliseconds) == .epoch)
    }
    #expect(instant.advanced(byMilliseconds: .min) == .epoch)
  }

  @Test func distancesAreWholeMillisecondsWithSign() {
    let (early, late) = (Timestamp(microseconds: 1_999), Timestamp(microseconds: 5_000))
    #expect(late.milliseconds(since: early) == 3)
    #expect(early.milliseconds(since: late) == -3)
    #expect(Timestamp.latest.milliseconds(since: .epoch) == 253_402_300_799_999)
    #expect(early.milliseconds == 1)
  }

  @Test func earlierIsLess() {
    #expect(Timestamp.epoch < .latest)
    #expect(!(Timestamp.latest < .latest))
  }
}
