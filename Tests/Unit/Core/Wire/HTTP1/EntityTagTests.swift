import Testing

@testable import Wire

@Suite struct EntityTagTests {
  private func held(_ values: String...) -> HeldTags? {
    HeldTags(HTTPHeaders(values.map { ("If-None-Match", $0) }))
  }

  private func tag(_ opaque: String, weak: Bool = false) -> EntityTag { EntityTag(opaque: opaque, isWeak: weak) }

  /// `openssl mac -cipher AES-128-GCM -macopt hexkey:00…00 -macopt hexiv:00…00 -in FILE GMAC`, the first 15 bytes in base64.
  @Test(arguments: [("", "WOL8zvp+MGE2fx1XpOdF"), ("[]", "kPNCoN1WtfHf625jVDIk"), ("hello", "DrxxA3OtKj6y3jYtrnNf")])
  func aTagIsOfTheBytesAlone(text: String, expected: String) {
    let tag = Array(text.utf8).withUnsafeBytes { EntityTag(of: $0) }
    #expect(tag.text == "\"\(expected)\"")
    #expect(tag.compressed.text == "\"\(expected)-gzip\"")
  }

  /// The table of RFC 9110 section 8.8.3.2, for the weak comparison.
  @Test(arguments: [
    (true, "1", true, "1", true), (true, "1", true, "2", false), (true, "1", false, "1", true),
    (false, "1", false, "1", true),
  ])
  func theWeakComparisonIsThatOfTheTable(weak: Bool, one: String, otherWeak: Bool, other: String, isEqual: Bool) {
    #expect(tag(one, weak: weak).weaklyEquals(tag(other, weak: otherWeak)) == isEqual)
  }

  /// The examples of RFC 9110 section 13.1.2.
  @Test func theExamplesOfTheRFCAreRead() {
    #expect(held("\"xyzzy\"") == .these([tag("xyzzy")]))
    #expect(held("W/\"xyzzy\"") == .these([tag("xyzzy", weak: true)]))
    #expect(
      held("\"xyzzy\", \"r2d2xxxx\", \"c3piozzzz\"")
        == .these(["xyzzy", "r2d2xxxx", "c3piozzzz"].map { tag($0) }))
    #expect(
      held("W/\"xyzzy\", W/\"r2d2xxxx\", W/\"c3piozzzz\"")
        == .these(["xyzzy", "r2d2xxxx", "c3piozzzz"].map { tag($0, weak: true) }))
    #expect(held("*") == HeldTags.any)
  }

  @Test func aTagMayHoldACommaAndBeEmpty() {
    #expect(held("\"a,b\" ,, \"\",\t\"c\"") == .these([tag("a,b"), tag(""), tag("c")]))
  }

  @Test func linesOfOneFieldAreOneList() {
    #expect(held("\"a\"", "W/\"b\"") == .these([tag("a"), tag("b", weak: true)]))
  }

  @Test(arguments: [
    "", ",", "a", "\"a", "a\"", "w/\"a\"", "W\"a\"", "\"a\" \"b\"", "*, \"a\"", "\"a\", *", "\"a\"b", "\"a b\"",
  ])
  func whatIsNoListOfTagsIsNotThere(value: String) {
    #expect(held(value) == nil)
  }

  @Test func noFieldSaysNothing() { #expect(HeldTags(HTTPHeaders()) == nil) }

  @Test func aListIsMetByOneOfItsTagsAndTheAsteriskByAll() {
    let list = HeldTags.these([tag("a"), tag("b", weak: true)])
    #expect(list.contains(tag("b")))
    #expect(!list.contains(tag("c")))
    #expect(HeldTags.any.contains(tag("c")))
  }
}
