import Testing
import Wire

/// RFC 6455 §7.4 and IANA's registry; the numbers of Autobahn's cases 7.7 and 7.9.
@Suite struct WebSocketCloseCodeTests {
  @Test(
    arguments: [
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
    ] as [UInt16])
  func codesThatMayBeSent(number: UInt16) {
    #expect(WebSocketCloseCode(number).isSendable)
  }

  @Test(
    arguments: [
      0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535,
    ] as [UInt16])
  func codesThatMayNotBeSent(number: UInt16) {
    #expect(!WebSocketCloseCode(number).isSendable)
  }

  @Test func namesHaveTheNumbersOfTheRegistry() {
    let named: [WebSocketCloseCode] = [
      .normal, .goingAway, .protocolError, .unsupportedData, .noStatus, .abnormal, .invalidPayload, .policyViolation,
      .messageTooBig, .internalError, .serviceRestart, .tryAgainLater,
    ]
    #expect(named.map(\.number) == [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013])
  }
}
