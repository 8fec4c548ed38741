import Testing

@testable import App

@Suite struct ProgramFlagTests {
  @Test(arguments: ["--help", "-h", "help"]) func helpHasThreeNames(word: String) {
    #expect(ProgramFlag(word: word) == .help)
  }

  @Test(arguments: ProgramFlag.allCases) func eachFlagIsACommandAndInTheHelp(flag: ProgramFlag) {
    #expect(CommandLineArguments([flag.rawValue]).command == flag.command)
    #expect(HelpText.usage.contains("  \(flag.rawValue) "))
  }

  @Test(arguments: ["", "--", "--nonsense", "-v"]) func otherWordsAreNone(word: String) {
    #expect(ProgramFlag(word: word) == nil)
  }
}
