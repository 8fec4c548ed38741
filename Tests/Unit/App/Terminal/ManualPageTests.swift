import Glibc
import Support
import Testing

@testable import App

@Suite struct ManualPageTests {
  @Test func everyCommandOptionAndSettingIsOnThePage() {
    let page = ManualPage.text.replacing("\\-", with: "-")
    for command in HelpText.commands {
      #expect(page.contains("\n.SS \"") && page.contains(command.name))
      #expect(command.options.filter { !page.contains("\\fB\($0.flag)\\fR") }.map(\.flag) == [])
    }
    #expect(Setting.all.filter { !page.contains("\\fB\($0.flag)\\fR") }.map(\.name) == [])
  }

  @Test func noLineIsARequestThatWasMeantAsText() {
    let requests: Set<Substring> = [
      ".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".br", ".nf", ".fi", ".RS", ".RE", ".\\\"",
    ]
    let lines = ManualPage.text.split(separator: "\n").filter { $0.hasPrefix(".") || $0.hasPrefix("'") }
    #expect(lines.filter { !requests.contains($0.prefix { $0 != " " }) } == [])
  }

  @Test(.enabled(if: Program.exists("groff"))) func groffRendersItWithoutAWarning() throws {
    let folder = TemporaryFolder()
    let file = folder.path + "/marketgate.1"
    let stream = try #require(fopen(file, "w"))
    fputs(ManualPage.text + "\n", stream)
    fclose(stream)
    let text = try Program.output(of: ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", file])
    #expect(!text.contains("warning"))
    #expect(!text.contains("\(file):"))
    #expect(text.contains("marketgate tail EXCHANGE [SYMBOL...] [options]"))
    #expect(text.contains("--min-value-usd N"))
  }
}
