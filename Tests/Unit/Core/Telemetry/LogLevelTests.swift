import Telemetry
import Testing

@Suite struct LogLevelTests {
  @Test(arguments: [("DEBUG", LogLevel.debug), ("info", .info), ("Warning", .warning), ("ERROR", .error)])
  func aSettingNamesALevelInAnyCase(text: String, level: LogLevel) {
    #expect(LogLevel(text) == level)
  }

  @Test(arguments: ["", "WARN", "TRACE", " INFO", "INFO\n", "0"])
  func anotherWordIsNoLevel(text: String) {
    #expect(LogLevel(text) == nil)
  }

  @Test func levelsAscend() {
    #expect(LogLevel.allCases.map(\.description) == ["DEBUG", "INFO", "WARNING", "ERROR"])
    #expect(LogLevel.allCases == LogLevel.allCases.sorted())
    #expect(LogLevel.debug < .error)
  }

  @Test func formatsAreNamedAsInTheSetting() {
    #expect(LogFormat.allCases.map(\.rawValue) == ["text", "json"])
  }
}
