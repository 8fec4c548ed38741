import Testing
import Wire

@Suite struct WebSocketLimitsTests {
  @Test func aServersClientsAreHeldShort() {
    let limits = WebSocketLimits.server
    #expect(limits.maxMessageBytes == 65536)
    #expect(limits.maxFragments == 64)
    #expect(limits.messagesPerSecond == 20)
  }

  @Test func anExchangeMaySendMegabytesAtAnyRate() {
    let limits = WebSocketLimits.exchange
    #expect(limits.maxMessageBytes == 16_777_216)
    #expect(limits.maxFragments == 65536)
    #expect(limits.messagesPerSecond == nil)
  }
}
