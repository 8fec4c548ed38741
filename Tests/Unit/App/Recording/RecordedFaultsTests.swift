import Net
import Testing

@testable import App

@Suite struct RecordedFaultsTests {
  private func take(_ faults: RecordedFaults) -> RecordedFaults.Answer? {
    faults.state.withLock { $0.takeAnswer() }
  }

  @Test func eachSwitchIsUsedUpByAsManyRequests() {
    let faults = RecordedFaults { _ in }
    faults.answerREST(status: 500, body: "no", count: 2)
    faults.truncate()
    faults.hang(count: 0)
    faults.garbleEncoding()
    let refusal = RecordedFaults.Answer.body(status: 500, headers: [], body: Array("no".utf8))
    #expect((0..<5).map { _ in take(faults) } == [refusal, refusal, .truncated, .undecodable, nil])
  }

  @Test func aPageForPeopleSaysSo() {
    let faults = RecordedFaults { _ in }
    faults.htmlPage(status: 403)
    guard case .body(let status, let headers, let body) = take(faults) else {
      Issue.record("no answer")
      return
    }
    #expect(status == 403)
    #expect(headers.map(\.name) == ["Content-Type"])
    #expect(body.recordedText.hasPrefix("<!DOCTYPE html>"))
  }

  @Test func socketsAreRefusedApartFromRequests() {
    let faults = RecordedFaults { _ in }
    faults.refuseSockets(status: 429, count: 2)
    #expect(take(faults) == nil)
    #expect((0..<3).map { _ in faults.state.withLock { $0.takeRefusal() } } == [429, 429, nil])
  }

  @Test func clearingEndsEverySwitch() {
    let faults = RecordedFaults { _ in }
    faults.hang(count: 9)
    faults.refuseSockets()
    faults.stall(true)
    #expect(faults.state.withLock { $0.isStalled })
    faults.clear()
    #expect(take(faults) == nil)
    #expect(faults.state.withLock { $0.takeRefusal() } == nil)
    #expect(!faults.state.withLock { $0.isStalled })
  }

  @Test func ordersGoToTheSockets() {
    let orders = Lock<[RecordedFaults.Order]>([])
    let faults = RecordedFaults { order in orders.withLock { $0.append(order) } }
    faults.cutAll()
    faults.closeAll()
    faults.closeAll(code: 1012)
    faults.garbageFrame("x")
    faults.forget(topic: "a")
    #expect(
      orders.withLock { $0 }
        == [.cut, .close(code: 1000), .close(code: 1012), .text("x"), .forget(topic: "a")])
  }
}
