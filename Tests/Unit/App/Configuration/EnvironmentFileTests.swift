import Testing

@testable import App

@Suite struct EnvironmentFileTests {
  @Test func readsNamesAndValues() {
    let values = EnvironmentFile.parse(
      """
      # a comment
      A=1
      export B = two words
      C="quoted # not a comment"   # a comment
      D='single'
      E=a#b
      F=value # comment

      =nothing
      noequals
      G=
      H=x=y
      """)
    #expect(
      values == [
        "A": "1", "B": "two words", "C": "quoted # not a comment", "D": "single", "E": "a#b", "F": "value", "G": "",
        "H": "x=y",
      ])
  }

  @Test func windowsLineEndsAreLineEnds() {
    #expect(EnvironmentFile.parse("A=1\r\nB=2\r\n") == ["A": "1", "B": "2"])
  }

  @Test func anOpenQuoteIsPartOfTheValue() {
    #expect(EnvironmentFile.parse("A=\"open") == ["A": "\"open"])
  }

  @Test func anEmptyFileSetsNothing() {
    #expect(EnvironmentFile.parse("").isEmpty)
  }
}
