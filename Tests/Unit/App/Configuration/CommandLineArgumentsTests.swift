import Testing

@testable import App

@Suite struct CommandLineArgumentsTests {
  @Test func withoutWordsItServes() {
    #expect(CommandLineArguments([]).command == .serve(demo: false))
    #expect(CommandLineArguments(["serve"]).command == .serve(demo: false))
    #expect(CommandLineArguments(["serve", "--demo"]).command == .serve(demo: true))
  }

  @Test(arguments: [
    ("--help", CommandLineArguments.Command.help), ("-h", .help), ("--version", .version),
    ("--check-config", .checkConfiguration), ("--print-config-docs", .configurationDocument),
  ])
  func otherCommands(word: String, command: CommandLineArguments.Command) {
    #expect(CommandLineArguments([word]).command == command)
  }

  @Test func flagsTakeTheirValueAfterASpaceOrAnEqualsSign() {
    let arguments = CommandLineArguments(["--app-port", "9", "--log-format=json", "--host", "::1", "--port=0"])
    #expect(arguments.faults.isEmpty)
    #expect(arguments.flags == ["APP_PORT": "0", "LOG_FORMAT": "json", "APP_HOST": "::1"])
  }

  @Test func everySettingHasItsFlag() {
    for setting in Setting.all {
      #expect(CommandLineArguments([setting.flag + "=1"]).flags == [setting.name: "1"])
    }
  }

  @Test func unknownWordsAndMissingValuesAreFaults() {
    #expect(CommandLineArguments(["--nonsense"]).faults == ["\"--nonsense\" is not known; see --help"])
    #expect(CommandLineArguments(["--app-port"]).faults == ["--app-port needs a value"])
    #expect(CommandLineArguments(["trade"]).faults.count == 1)
  }
}
