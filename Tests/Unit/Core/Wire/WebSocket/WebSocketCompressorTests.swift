import Testing

@testable import Wire

@Suite struct WebSocketCompressorTests {
  private func text(_ text: String, _ compressor: inout WebSocketCompressor) -> [UInt8] {
    Array(text.utf8).withUnsafeBytes { compressor.serverText($0).array }
  }

  /// FIN, RSV1, text; a length of 126 to 65535 takes two bytes more.
  private static let tradeFrame: [UInt8] =
    [0xc1, 0x7e, 0x00, UInt8(DeflateSample.tradeCompressed.count)] + DeflateSample.tradeCompressed

  @Test func withoutContextEveryMessageStandsAlone() {
    var compressor = WebSocketCompressor(.init(keepsContext: false))
    #expect(text(DeflateSample.trade, &compressor) == Self.tradeFrame)
    #expect(text(DeflateSample.trade, &compressor) == Self.tradeFrame)
    let binary = Array(DeflateSample.trade.utf8).withUnsafeBytes { compressor.serverBinary($0).array }
    #expect(binary == [0xc2] + Self.tradeFrame.dropFirst())
  }

  @Test func withContextAMessageRefersToTheOneBefore() {
    var compressor = WebSocketCompressor(.init(keepsContext: true))
    #expect(text(DeflateSample.trade, &compressor) == Self.tradeFrame)
    #expect(text("Hello", &compressor) == [0x81, 0x05] + Array("Hello".utf8))
    #expect(
      text(DeflateSample.trade, &compressor)
        == [0xc1, UInt8(DeflateSample.tradeAgain.count)] + DeflateSample.tradeAgain)
  }

  @Test func shortMessagesAreSentAsTheyAre() {
    var compressor = WebSocketCompressor(.init(keepsContext: false))
    let short = String(repeating: "a", count: WebSocketCompression.minimumBytes - 1)
    #expect(text(short, &compressor) == [0x81, 0x7e, 0x00, 0x7f] + Array(short.utf8))
    #expect(text(short + "a", &compressor)[0] == 0xc1)
  }

  @Test func whatWouldGrowIsSentAsItIs() {
    var compressor = WebSocketCompressor(.init(keepsContext: false))
    let noise = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ $0 >> 3) }
    let frame = noise.withUnsafeBytes { compressor.serverBinary($0).array }
    #expect(frame == [0x82, 0x7e, 0x00, 200] + noise)
  }

  @Test func aWindowThatCannotBeWrittenMeansNoCompression() {
    for keepsContext in [false, true] {
      var compressor = WebSocketCompressor(.init(keepsContext: keepsContext, windowBits: 8))
      #expect(text(DeflateSample.trade, &compressor) == [0x81, 0x7e, 0x00, 188] + Array(DeflateSample.trade.utf8))
    }
  }
}
