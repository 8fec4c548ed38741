import Glibc
import Support
import Testing

@testable import App

@Suite struct TerminalTests {
  private static func facts(_ environment: [String: String], isTerminal: Bool = true) -> Terminal {
    // No descriptor: its size cannot be asked for.
    Terminal(-1, isTerminal: isTerminal, environment: environment)
  }

  @Test func coloursAreForTerminalsAlone() {
    #expect(Self.facts(["TERM": "xterm"]).ink.isOn)
    #expect(!Self.facts(["TERM": "xterm"], isTerminal: false).ink.isOn)
    #expect(!Self.facts(["TERM": "dumb"]).ink.isOn)
  }

  /// https://no-color.org: "when present and not an empty string (regardless of its value)".
  @Test(arguments: [("1", false), ("0", false), ("false", false), ("", true)])
  func noColorIsObeyedWhateverItSays(value: String, isOn: Bool) {
    #expect(Self.facts(["NO_COLOR": value]).ink.isOn == isOn)
  }

  @Test(arguments: [("100", 100), ("0", 80), ("-4", 80), ("wide", 80)])
  func aTerminalThatDoesNotSayIsAsWideAsCOLUMNSOr80(columns: String, width: Int) {
    #expect(Self.facts(["COLUMNS": columns]).width == width)
  }

  @Test func aPipeHasAnyWidthUnlessCOLUMNSSaysOtherwise() {
    #expect(Self.facts([:], isTerminal: false).width == nil)
    #expect(Self.facts(["COLUMNS": "60"], isTerminal: false).width == 60)
  }

  @Test func theWindowIsAskedEachTime() throws {
    let terminal = try PseudoTerminal(width: 132)
    let facts = Terminal(terminal.line, environment: ["COLUMNS": "60"])
    #expect(facts.isTerminal)
    #expect(facts.width == 132)
    terminal.resize(width: 40)
    #expect(facts.width == 40)
    terminal.resize(width: 0)
    #expect(facts.width == 60)
  }
}
