import Testing

@testable import Wire

/// RFC 6455 §9.1.
@Suite struct WebSocketExtensionTests {
  private func texts(_ values: String...) -> [String]? {
    WebSocketExtension.list(values)?.map { element in
      element.parameters.reduce(element.name) { "\($0);\($1.name)" + ($1.value.map { "=\($0)" } ?? "") }
    }
  }

  /// The examples of the section.
  @Test func theRFCsExamplesAreRead() {
    #expect(texts("foo", "bar; baz=2") == ["foo", "bar;baz=2"])
    #expect(texts("foo, bar; baz=2") == ["foo", "bar;baz=2"])
    #expect(texts("deflate-stream") == ["deflate-stream"])
    #expect(
      texts("mux; max-channels=4; flow-control, deflate-stream") == [
        "mux;max-channels=4;flow-control", "deflate-stream",
      ])
    #expect(texts("private-extension") == ["private-extension"])
  }

  @Test func blanksAndEmptyElementsMeanNothing() {
    #expect(texts(" a ;\tb = c , , d,") == ["a;b=c", "d"])
    #expect(texts("") == [])
    #expect(texts() == [])
    #expect(texts(" , ") == [])
  }

  @Test func aQuotedValueIsTheTokenInIt() {
    #expect(texts(#"a; b="10""#) == ["a;b=10"])
    #expect(texts(#"a; b="1\0", c"#) == ["a;b=10", "c"])
  }

  @Test(arguments: [
    ";", "a;", "a;;b", "a b", "a; b c", "a=b", "a; =b", "a; b=", "a; b==c", #"a; b="""#, #"a; b="x"#, #"a; b="x y""#,
    #"a; b="x\"#, "a; b=\"x\"y", "a/b", "ä", "a, ;",
  ])
  func whatDoesNotObeyTheGrammarIsNoList(value: String) {
    #expect(texts(value) == nil)
    #expect(texts("fine", value) == nil)
  }
}
