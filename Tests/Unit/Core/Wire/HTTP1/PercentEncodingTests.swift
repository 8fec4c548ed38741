import Testing
import Wire

@Suite struct PercentEncodingTests {
  @Test(arguments: [
    ("abc", "abc"), ("%41%42", "AB"), ("%2f%2F", "//"), ("%e2%82%ac", "€"), ("a+b", "a+b"), ("%2541", "%41"), ("", ""),
  ])
  func escapesAreResolvedOnce(text: String, decoded: String) {
    #expect(PercentEncoding.decode(text) == decoded)
  }

  @Test func plusIsASpaceInFormsOnly() {
    #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
  }

  @Test(arguments: ["%", "%4", "%g0", "%0g", "%%41", "%00", "a\0", "%C3", "%C0%80", "%F5%80%80%80"])
  func whatIsMalformedIsNone(text: String) {
    #expect(PercentEncoding.decode(text) == nil)
  }
}
