import Support
import Testing

@testable import App

@Suite struct FishCompletionTests {
  @Test func everyLineIsOneCommandOfFish() {
    let lines = FishCompletion.script.split(separator: "\n")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("complete -c marketgate ") })
    #expect(
      lines.contains {
        $0.hasPrefix("complete -c marketgate -n '__fish_seen_subcommand_from tail' -l stream -d ")
          && $0.hasSuffix(" -x -a 'ohlc trades large_trades liquidations'")
      })
    #expect(lines.contains { $0.contains("-l closed-only") && !$0.contains(" -x") })
  }

  @Test(.enabled(if: Program.exists("fish"))) func fishReadsIt() throws {
    #expect(try Program.output(of: ["fish", "--no-execute", "-c", FishCompletion.script]) == "")
  }
}
