import Testing

@testable import Wire

@Suite struct WebSocketLimitsTests {
  @Test func aServersClientsAreHeldShort() {
    let limits = WebSocketLimits.server
    #expect(limits.maxMessageBytes == 65536)
    #expect(limits.maxFragments == 64)
    #expect(limits.messagesPerSecond == 20)
    #expect(limits.maxInflationRatio == 100)
  }

  @Test func aCompressedMessageMayGrowByItsRatioAndAnAllowanceUpToTheMessageLimit() {
    let limits = WebSocketLimits(maxMessageBytes: 65536, maxInflationRatio: 100)
    #expect(limits.maxInflatedBytes(ofCompressed: 0) == 16_384)
    #expect(limits.maxInflatedBytes(ofCompressed: 10) == 17_384)
    #expect(limits.maxInflatedBytes(ofCompressed: 1000) == 65536)
    #expect(limits.maxInflatedBytes(ofCompressed: .max) == 65536)
    #expect(limits.maxCompressedBytes == 65536 + 8192 + 64)
    #expect(WebSocketLimits(maxMessageBytes: .max).maxCompressedBytes == .max)
    #expect(WebSocketLimits(maxMessageBytes: .max).maxInflatedBytes(ofCompressed: .max) == .max)
  }

  @Test func anExchangeMaySendMegabytesAtAnyRate() {
    let limits = WebSocketLimits.exchange
    #expect(limits.maxMessageBytes == 16_777_216)
    #expect(limits.maxFragments == 65536)
    #expect(limits.messagesPerSecond == nil)
  }
}
