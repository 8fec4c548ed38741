import Testing
import Wire

@Suite struct WebSocketFrameTests {
  @Test func textIsTheRFCsExample() {
    // RFC 6455 §5.7: "A single-frame unmasked text message".
    #expect(WebSocketFrame.serverText(Array("Hello".utf8)).array == [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
  }

  @Test func binaryOf256BytesIsTheRFCsExample() {
    let payload = [UInt8](repeating: 0xee, count: 256)
    #expect(WebSocketFrame.serverBinary(payload).array == [0x82, 0x7e, 0x01, 0x00] + payload)
  }

  @Test func binaryOf64KiBIsTheRFCsExample() {
    let payload = [UInt8](repeating: 0xee, count: 65536)
    #expect(WebSocketFrame.serverBinary(payload).array == [0x82, 0x7f, 0, 0, 0, 0, 0, 0x01, 0, 0] + payload)
  }

  @Test func theHeaderAloneFitsAPayloadInPieces() {
    #expect(WebSocketFrame.serverTextHeader(count: 5) == [0x81, 0x05])
    #expect(WebSocketFrame.serverTextHeader(count: 126) == [0x81, 0x7e, 0x00, 0x7e])
    #expect(WebSocketFrame.serverText([]).array == [0x81, 0x00])
  }
}
