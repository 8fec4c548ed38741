import Testing

@testable import Wire

@Suite struct HTTPBytesTests {
  /// RFC 9110 §5.6.2.
  @Test func tokenBytesAreThoseOfTheGrammar() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    let expected = Set("!#$%&'*+-.^_`|~0123456789\(letters)\(letters.lowercased())".utf8)
    #expect(Set((UInt8.min...UInt8.max).filter(\.isTokenByte)) == expected)
  }

  /// RFC 9110 §5.5: VCHAR, obs-text, SP, HTAB.
  @Test func valueBytesAreThoseOfTheGrammar() {
    let expected = Set([UInt8](0x20...0x7E) + [0x09] + [UInt8](0x80...0xFF))
    #expect(Set((UInt8.min...UInt8.max).filter(\.isFieldValueByte)) == expected)
  }

  @Test func onlyASCIILettersHaveACase() {
    let lowered = (UInt8.min...UInt8.max).filter { $0.asciiLowered != $0 }
    #expect(lowered == [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8))
    #expect("aBc-1".equalsIgnoringCase("AbC-1"))
    #expect(!"@".equalsIgnoringCase("`"))
    #expect(!"abc".equalsIgnoringCase("ab"))
    #expect(!"\u{E9}".equalsIgnoringCase("\u{C9}"))
  }

  @Test func aTokenIsNotEmpty() {
    #expect("GET".utf8.isToken)
    #expect(!"".utf8.isToken)
    #expect(!"a b".utf8.isToken)
  }
}
