import Model
import Net
import Testing

@testable import Sessions

@Suite struct AnswerTimeTests {
  /// 2024-08-09T00:00:00Z by Python's calendar.timegm.
  private let midnight: Int64 = 1_723_161_600

  private func earliest(date: String?, sent: Int64, roundTrip: Int64 = 50) -> Int64 {
    let response = HTTPClientResponse(
      status: 200, headers: date.map { [("date", $0)] } ?? [], body: [], sentMicroseconds: 0)
    return AnswerTime.earliest(
      asked: Timestamp(microseconds: sent * 1000), response, roundTrip: roundTrip
    ).milliseconds
  }

  @Test func anExactClockLosesTheFractionOfTheSecondAndTheRoundTrip() {
    let now = midnight * 1000 + 700
    #expect(earliest(date: "Fri, 09 Aug 2024 00:00:00 GMT", sent: now) == midnight * 1000 - 50)
  }

  @Test func aClockThatIsFastDoesNotMakeTheAnswerYounger() {
    let fast = midnight * 1000 + 7_200_000
    #expect(earliest(date: "Fri, 09 Aug 2024 00:00:00 GMT", sent: fast) == midnight * 1000 - 50)
  }

  @Test func aClockThatIsSlowIsBelieved() {
    let slow = midnight * 1000 - 60_000
    #expect(earliest(date: "Fri, 09 Aug 2024 00:00:00 GMT", sent: slow) == slow)
  }

  @Test(arguments: [nil, "yesterday"])
  func withoutADateOurClockIsAllThereIs(date: String?) {
    #expect(earliest(date: date, sent: 5000) == 5000)
  }

  @Test func aRoundTripThatCannotBeDoesNoHarm() {
    let now = midnight * 1000
    #expect(earliest(date: "Fri, 09 Aug 2024 00:00:00 GMT", sent: now, roundTrip: -90_000) == now)
  }
}
