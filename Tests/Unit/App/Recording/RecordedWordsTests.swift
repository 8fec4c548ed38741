import Testing
import Wire

@testable import App

@Suite struct RecordedWordsTests {
  private func words(_ declaration: String, words: String = "a x\nrow ${row.price}\n") throws -> (
    words: RecordedWords, node: RecordingNode
  ) {
    let node = RecordingNode(file: "r", path: "", value: try JSONValue(parsing: declaration))
    let files = RecordingFiles(texts: ["words": words])
    return (try RecordedWords(node, files, instruments: try RecordingFixture.other().instruments), node)
  }

  private let start = #"{"layouts":"words","errors":{"e":{"status":418,"layout":"a","type":"text/plain"}},"#

  @Test func layoutsAndRefusalsAreFoundByName() throws {
    let (words, node) = try words(start + #""use":"a","refuse":"e"}"#)
    #expect(try words.layout(node, "use") == (try Layout("x", file: "")))
    let refusal = try words.refusal(node, "refuse")
    #expect(refusal.status == 418)
    #expect(refusal.contentType == "text/plain")
    #expect(refusal.parameter == nil)
    #expect(refusal.about("limit").parameter == "limit")
  }

  @Test func aRowsLayoutNeedsATapeThatHasItsColumns() throws {
    let (words, node) = try words(start + #""use":"row"}"#)
    #expect(try words.layout(node, "use", rowsOf: "deals").sources == [.row("price")])
    let fault = RecordingError("r", #"use: row("price") is in no tape of some symbol"#)
    #expect(throws: fault) { try words.layout(node, "use", rowsOf: "rates") }
    #expect(throws: fault) { try words.layout(node, "use") }
  }

  @Test func aTapeIsOneThatEveryInstrumentHas() throws {
    let (words, node) = try words(start + #""tape":"deals"}"#)
    #expect(try words.tape(node) == "deals")
  }

  @Test func aStatusIsOneOfHTTP() {
    #expect(throws: RecordingError("r", "errors.e.status: is no whole number from 200 to 599")) {
      try words(#"{"layouts":"words","errors":{"e":{"status":99,"layout":"a"}}}"#)
    }
  }

  @Test func aUsageRuleNeedsAWindow() throws {
    let declaration = start + #""usage":{"header":"x","windowMilliseconds":0,"most":1,"over":"e"}}"#
    let (words, node) = try words(declaration)
    #expect(throws: RecordingError("r", "usage.windowMilliseconds: is no whole number from 1 to 86400000")) {
      try RecordedUsageRule(try node.node("usage"), words)
    }
  }
}
