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

  @Test(arguments: [2, 125, 126, 65535, 65536])
  func whatAWriterHoldsBecomesAFrameWithRoomForTheHeaderOrWithout(count: Int) {
    let text = String(repeating: "x", count: count - 2)
    for headroom in [0, 3, WebSocketFrame.headroom] {
      var json = JSONWriter(reserving: count, headroom: headroom)
      json.string(text)
      let expected = WebSocketFrame.serverTextHeader(count: count) + Array("\"\(text)\"".utf8)
      let frame = WebSocketFrame.serverText(json)
      #expect(frame.array == expected)
    }
  }

  @Test func aFrameIsCompressedOnceForAll() {
    let frame = WebSocketFrame.compressed(WebSocketFrame.serverText(Array(DeflateSample.trade.utf8)))
    let compressed = DeflateSample.tradeCompressed
    #expect(frame.array == [0xc1, 0x7e, 0x00, UInt8(compressed.count)] + compressed)
  }

  @Test func aFrameThatGainsNothingIsItsOwnCompressedForm() {
    let short = WebSocketFrame.serverText(Array(repeating: 0x61, count: 127))
    #expect(WebSocketFrame.compressed(short) === short)
    let noise = WebSocketFrame.serverBinary((0..<200).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ $0 >> 3) })
    #expect(WebSocketFrame.compressed(noise) === noise)
    for bytes in [[], [0x81], [0x89, 0x00], [0x81, 0x7e, 0x00, 0x80], [0x01, 0x00]] as [[UInt8]] {
      let frame = SharedBytes(bytes)
      #expect(WebSocketFrame.compressed(frame) === frame)
    }
  }
}
