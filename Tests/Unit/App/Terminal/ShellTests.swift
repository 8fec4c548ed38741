import Testing

@testable import App

@Suite struct ShellTests {
  @Test(arguments: Shell.allCases) func everyShellIsNamedAndHasItsScript(shell: Shell) {
    #expect(CommandLineArguments(["completions", shell.rawValue]).command == .completions(shell))
    // One table: what a command or an option is called stands in each script.
    for command in HelpText.commands {
      #expect(shell.completions.contains(command.name))
      let flags = command.options.map { shell == .fish ? "-l \($0.flag.dropFirst(2)) " : $0.flag }
      #expect(flags.filter { !shell.completions.contains($0) } == [])
    }
    #expect(shell.completions.contains("made by `marketgate completions \(shell.rawValue)`"))
    #expect(ToolDescription.completions.paragraphs.joined().contains(shell.installation))
  }

  @Test(arguments: [[], ["csh"], ["bash", "zsh"]]) func anythingElseIsAFault(words: [String]) {
    #expect(CommandLineArguments(["completions"] + words).faults == ["completions needs one of bash, zsh, fish"])
  }
}
