import Testing

@testable import Net

@Suite struct WebSocketClientRandomTests {
  @Test func maskKeysDiffer() {
    let keys = Set((0..<1_000).map { _ in WebSocketClientRandom.maskKey() })
    #expect(keys.count > 990)
  }

  /// RFC 6455 section 4.1: base64 of 16 bytes, which is 22 characters and two equals signs.
  @Test func handshakeKeysAreSixteenBytesInBase64() {
    let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let keys = (0..<100).map { _ in WebSocketClientRandom.handshakeKey() }
    #expect(Set(keys).count == 100)
    for key in keys {
      #expect(key.count == 24 && key.hasSuffix("==") && key.dropLast(2).allSatisfy(alphabet.contains))
    }
  }
}
