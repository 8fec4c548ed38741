import Testing
import Wire

@Suite struct WebSocketHandshakeTests {
  /// The first is RFC 6455 §1.3's; the others are `base64.b64encode(hashlib.sha1(key + guid).digest())` of Python.
  @Test(arguments: [
    ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ("x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="),
    ("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="),
    ("/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g="),
  ])
  func theAcceptValueProvesTheKey(key: String, value: String) {
    #expect(WebSocketHandshake.acceptValue(for: key) == value)
  }
}
