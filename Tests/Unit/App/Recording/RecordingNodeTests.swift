import Testing
import Wire

@testable import App

@Suite struct RecordingNodeTests {
  private func node(_ text: String) throws -> RecordingNode {
    RecordingNode(file: "f", path: "", value: try JSONValue(parsing: text))
  }

  private func fault(_ text: String, _ read: (RecordingNode) throws(RecordingError) -> Void) throws -> String? {
    let error = #expect(throws: RecordingError.self) { try read(try node(text)) }
    return error?.description
  }

  @Test func membersAreReadByName() throws {
    let node = try node(#"{"a":{"b":["x","y"]},"n":7}"#)
    #expect(try node.node("a").node("b").texts() == ["x", "y"])
    #expect(try node.integer("n") == 7)
    #expect(node["none"] == nil)
    #expect(try node.node("a").members().map(\.name) == ["b"])
    #expect(try node.node("a").members().map(\.node.path) == ["a.b"])
  }

  @Test func aFaultSaysWhereItIs() throws {
    #expect(try fault("{}") { node throws(RecordingError) in _ = try node.node("a") } == "f: lacks a")
    #expect(
      try fault(#"{"a":{"b":[1]}}"#) { node throws(RecordingError) in
        _ = try node.node("a").node("b").texts()
      } == "f: a.b.0: is no text")
    #expect(
      try fault(#"{"a":5}"#) { node throws(RecordingError) in _ = try node.integer("a", in: 1...4) }
        == "f: a: is no whole number from 1 to 4")
    #expect(try fault("{}") { node throws(RecordingError) in _ = try node.elements() } == "f: is no list")
    #expect(try fault("[]") { node throws(RecordingError) in _ = try node.members() } == "f: is no object")
  }

  @Test(arguments: ["1.5", "\"1\"", "null", "-1", "99999999999999999999"])
  func aWholeNumberIsNothingElse(text: String) throws {
    #expect(try fault("{\"a\":\(text)}") { node throws(RecordingError) in _ = try node.integer("a") } != nil)
  }
}
