import Testing

@testable import App

@Suite struct DoctorOptionsTests {
  @Test func everyOptionIsTaken() {
    guard case .doctor(let bare) = CommandLineArguments(["doctor"]).command,
      case .doctor(let full) = CommandLineArguments(["doctor", "--json", "--symbol=A", "--demo"]).command
    else {
      Issue.record("not the doctor")
      return
    }
    #expect((bare.symbol, bare.isJSON, bare.isDemo) == (nil, false, false))
    #expect((full.symbol, full.isJSON, full.isDemo) == ("A", true, true))
  }
}
