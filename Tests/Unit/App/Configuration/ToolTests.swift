import Testing

@testable import App

@Suite struct ToolTests {
  @Test(arguments: Tool.allCases, ["--help", "-h"]) func helpOfAToolNamesItsOptionsAndExitCodes(
    tool: Tool, word: String
  ) {
    #expect(CommandLineArguments([tool.rawValue, "--demo", word]).command == .toolHelp(tool))
    for option in tool.options { #expect(tool.usage.contains("  \(option.flag)")) }
    #expect(tool.usage.contains("2 bad configuration"))
    #expect(HelpText.usage.contains("  \(tool.rawValue) "))
  }

  @Test(arguments: Tool.allCases) func settingsAreOptionsOfToolsToo(tool: Tool) {
    let arguments = CommandLineArguments([tool.rawValue, "--exchanges=a", "--log-level", "ERROR"])
    #expect(arguments.flags == ["EXCHANGES": "a", "LOG_LEVEL": "ERROR"])
  }

  private static let faulty: [([String], String)] = [
    (["doctor", "--json=1"], "--json has no value"), (["doctor", "--symbol"], "--symbol needs a value"),
    (["doctor", "--seconds", "5"], "\"--seconds\" is not known; see --help"),
    (["doctor", "x"], "\"x\" is not known; see doctor --help"),
  ]

  @Test(arguments: faulty)
  func whatAToolDoesNotKnowIsAFault(words: [String], fault: String) {
    #expect(CommandLineArguments(words).faults.first == fault)
  }

  @Test func noOptionOfAToolHidesASetting() {
    let flags = Set(Setting.all.map(\.flag))
    for tool in Tool.allCases { #expect(flags.isDisjoint(with: tool.options.map(\.flag))) }
  }
}
