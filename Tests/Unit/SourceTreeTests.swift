import Support
import Testing

@Suite struct SourceTreeTests {
  private func code(_ text: String) -> String {
    String(decoding: CommentStripper.code(of: Array(text.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    ("a // b\nc", "a \nc"), ("a /* b\n c */ d", "a \n d"), ("/* a /* b */ c */d", "d"), ("/// a\n", "\n"),
    (#"let a = "https://x" // y"#, #"let a = "https://x" "#), (#""\"//" // y"#, #""\"//" "#),
    ("#\"a\"//\"# // y", "#\"a\"//\"# "), ("\"\"\"\n// kept\n\"\"\" // y", "\"\"\"\n// kept\n\"\"\" "),
    ("a / b", "a / b"), ("#if TSAN // y\n", "#if TSAN \n"), ("/* open", ""),
  ])
  func commentsGoAndLiteralsStay(text: String, expected: String) {
    #expect(code(text) == expected)
  }

  @Test func thePackageIsFound() throws {
    let tree = SourceTree()
    #expect(try #require(tree.file("Package.swift")).text.holds("name: \"marketgate\""))
    #expect(tree.files(below: ["Sources"]).contains { $0.path == "Sources/Core/Model/Trade.swift" })
    #expect(tree.folders(below: "Sources/Core").contains("Wire"))
    #expect(tree.file("Sources/none.swift") == nil)
  }
}
