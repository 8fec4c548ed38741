import Testing

@testable import Wire

@Suite struct Base64Tests {
  /// RFC 4648 §10, and bytes whose digits are the two signs.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"), ("\u{3fffe}", "8L+/vg=="),
  ])
  func theVectorsOfTheRFC(text: String, base64: String) {
    #expect(Base64.text(of: Array(text.utf8)) == base64)
    #expect(Base64.decodedCount(of: base64) == text.utf8.count)
  }

  @Test(arguments: [
    "Zg=", "Zg", "Z===", "====", "Zm9v!A==", "Zm=v", "=Zm9", "Zm8 ", "Zm-_", "Zg==Zg==", "Zé=",
  ])
  func whatIsNoBase64HasNoCount(text: String) {
    #expect(Base64.decodedCount(of: text) == nil)
  }
}
