import Testing

@testable import App

@Suite struct DoctorFindingTests {
  private func finding(_ result: DoctorFinding.Result, _ milliseconds: Int64?) -> DoctorFinding {
    DoctorFinding(exchange: "toy", area: .rest, check: "candles 1m", result: result, milliseconds: milliseconds)
  }

  @Test func aLineStandsInColumns() {
    #expect(
      finding(.ok, 87).line(nameWidth: 7)
        == "toy      rest    candles 1m                         ok         87 ms")
    #expect(
      finding(.failed("no row came"), nil).line(nameWidth: 3)
        == "toy  rest    candles 1m                         FAILED         -  no row came")
    #expect(finding(.quiet("why"), 123_456_789).line(nameWidth: 0).hasSuffix("quiet   123456789 ms  why"))
  }

  @Test func anObjectHasEveryMember() {
    #expect(
      finding(.ok, 87).json
        == #"{"exchange":"toy","area":"rest","check":"candles 1m","result":"ok","milliseconds":87,"detail":null}"#)
    #expect(
      finding(.failed("a \"b\""), nil).json
        == #"{"exchange":"toy","area":"rest","check":"candles 1m","result":"failed","milliseconds":null,"#
        + #""detail":"a \"b\""}"#)
    #expect(finding(.quiet("q"), nil).json.contains(#""result":"quiet""#))
  }
}
