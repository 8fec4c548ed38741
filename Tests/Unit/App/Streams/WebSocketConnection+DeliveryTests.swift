import Net
import Services
import Testing

@testable import App

@Suite struct WebSocketConnectionDeliveryTests {
  @Test func whatASendCameToIsWhatBecameOfTheEvent() {
    let outcomes = [SendOutcome.queued, .conflated, .refused].map { DeliveryOutcome($0) }
    #expect(outcomes == [.queued, .conflated, .refused])
  }
}
