import Net
import Services
import Telemetry
import Testing
import Wire

@testable import App

@Suite struct ClientLanesTests {
  private func context(_ loop: EventLoop) -> HTTPContext {
    HTTPContext(loop: loop, peerAddress: "127.0.0.1", client: ClientAddress(ipv4: 0x7F00_0001), requestID: "1")
  }

  @Test func eachLoopHasItsOwnLaneAndAnotherHasNone() throws {
    let loops = (0..<3).map { EventLoop(name: "loop-\($0)") }
    let lanes = (0..<2).map { BusLane(index: $0, metrics: BusMetrics(MetricsRegistry())) }
    let clientLanes = ClientLanes(lanes, on: Array(loops.prefix(2)))
    for loop in loops.prefix(2) { #expect(try clientLanes.lane(of: context(loop)).loop === loop) }
    #expect(throws: APIError.self) { try clientLanes.lane(of: context(loops[2])) }
    for loop in loops { loop.shutdown() }
  }
}
