import Net
import Testing
import Wire

@testable import App

@Suite struct RecordedDoorTests {
  /// A door, and a loop that ends with it.
  private final class House {
    let loop = EventLoop(name: "door")
    let faults = RecordedFaults { _ in }
    let door: RecordedDoor

    init() throws {
      door = RecordedDoor(
        try RecordingFixture.bundled.get(), clock: RecordedClock(speed: 1), loop: loop, faults: faults.state,
        statistics: Lock(RecordedStatistics()))
    }

    deinit { loop.shutdown() }

    /// The status of an answer given at once, or that of the handshake to come.
    func status(_ target: String, upgrade: Bool) throws -> Int? {
      let headers = HTTPHeaders(upgrade ? [("Upgrade", "websocket"), ("Connection", "Upgrade")] : [])
      switch door.answer(try #require(HTTPRequest(.get, target, headers: headers))) {
      case .response(let response): return response.status.code
      case .webSocket: return 101
      default: return nil
      }
    }
  }

  @Test func anUpgradeOnASocketsPathOpensASocket() throws {
    let house = try House()
    #expect(try house.status("/market/ws", upgrade: true) == 101)
    #expect(try house.status("/market/ws/btcusdt@aggTrade", upgrade: true) == 101)
    #expect(try house.status("/public/stream?streams=a", upgrade: true) == 101)
  }

  @Test func anythingElseIsREST() throws {
    let house = try House()
    #expect(try house.status("/market/ws", upgrade: false) == 404)
    #expect(try house.status("/nowhere", upgrade: true) == 404)
    #expect(try house.status("/fapi/v1/time", upgrade: false) == 200)
  }

  @Test func aRefusedSocketGetsTheStatusAndTheNextOneOpens() throws {
    let house = try House()
    house.faults.refuseSockets(status: 503)
    #expect(try house.status("/fapi/v1/time", upgrade: false) == 200)
    #expect(try house.status("/market/ws", upgrade: true) == 503)
    #expect(try house.status("/market/ws", upgrade: true) == 101)
  }
}
