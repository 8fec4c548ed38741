import Testing

@testable import App

@Suite struct ToolDescriptionTests {
  @Test func aSynopsisShowsWhatMayBeLeftOutAndWhatRepeats() {
    #expect(ToolDescription.tail.synopsis == "marketgate tail EXCHANGE [SYMBOL...] [options]")
    #expect(ToolDescription.man.synopsis == "marketgate man [options]")
  }

  @Test func whatAShellOffersAreWords() {
    #expect(ToolDescription.Offer.exchanges(and: ["all"]).words == ["binance", "bybit", "hyperliquid", "okx", "all"])
    #expect(ToolDescription.Offer.intervals.words.prefix(2) == ["1m", "3m"])
    #expect(ToolDescription.Offer.folders.words == [])
    #expect(ToolDescription.Offer.words(["a"]).words == ["a"])
  }

  @Test(arguments: Tool.allCases) func eachToolDescribesItself(tool: Tool) {
    #expect(tool.description.name == tool.rawValue)
    #expect(tool.description.summary.utf8.count <= 56)
    // Only the last argument may repeat, and what must be there stands first.
    #expect(tool.description.arguments.dropLast().allSatisfy { !$0.isRepeated })
    let required = tool.description.arguments.map(\.isRequired)
    #expect(required == required.sorted { $0 && !$1 })
  }

  /// Examples are typed by people: each must be right.
  @Test(arguments: Tool.allCases) func everyExampleIsUnderstood(tool: Tool) {
    for example in tool.description.examples {
      let words = example.command.prefix { $0 != "|" }.split(separator: " ").dropFirst().map(String.init)
      #expect(CommandLineArguments(words).faults == [])
      #expect(words.first == tool.rawValue)
    }
  }

  @Test(arguments: Tool.allCases) func helpFitsTheTerminal(tool: Tool) {
    let wide = tool.usage.split(separator: "\n").filter {
      TextWidth.cells($0) > HelpText.width && !$0.contains("marketgate ")
    }
    #expect(wide == [])
  }
}
