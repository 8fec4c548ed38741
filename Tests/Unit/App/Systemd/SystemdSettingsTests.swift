import Testing

@testable import App

@Suite struct SystemdSettingsTests {
  private func settings(_ environment: [String: String]) -> SystemdSettings? {
    SystemdSettings(environment: environment, process: 42)
  }

  private func beat(_ watchdog: [String: String]) -> Int64? {
    settings(watchdog.merging(["NOTIFY_SOCKET": "/n"]) { own, _ in own })?.beatMilliseconds
  }

  @Test func withoutASocketNothingIsAsked() {
    #expect(settings([:]) == nil)
    #expect(settings(["WATCHDOG_USEC": "1000000"]) == nil)
  }

  @Test func aPathAndAnAbstractNameAreTaken() {
    #expect(settings(["NOTIFY_SOCKET": "/run/n"])?.path == Array("/run/n".utf8))
    #expect(settings(["NOTIFY_SOCKET": "@n"])?.path == [0, UInt8(ascii: "n")])
  }

  @Test(arguments: ["", "/", "@", "run/notify", "vsock:2:1234"]) func otherAddressesAreNotTaken(address: String) {
    #expect(settings(["NOTIFY_SOCKET": address]) == nil)
  }

  @Test func aPathThatIsTooLongForASocketIsNotTaken() {
    let longest = "/" + String(repeating: "a", count: SystemdSettings.maxPathBytes - 1)
    #expect(settings(["NOTIFY_SOCKET": longest])?.path.count == 107)
    #expect(settings(["NOTIFY_SOCKET": longest + "a"]) == nil)
  }

  @Test func signsOfLifeComeTwiceAsOftenAsAsked() {
    #expect(beat(["WATCHDOG_USEC": "30000000"]) == 15_000)
    #expect(beat(["WATCHDOG_USEC": "1"]) == 1)
    #expect(beat(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]) == 15_000)
  }

  @Test(arguments: ["", "0", "-1", "soon", "99999999999999999999"]) func aPeriodThatIsNoneAsksForNothing(period: String)
  {
    #expect(beat(["WATCHDOG_USEC": period]) == nil)
  }

  @Test(arguments: ["43", "", "x"]) func whatIsMeantForAnotherProcessAsksForNothing(process: String) {
    #expect(beat(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": process]) == nil)
  }
}
