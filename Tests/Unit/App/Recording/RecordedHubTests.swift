import Net
import Testing
import Wire

@testable import App

@Suite struct RecordedHubTests {
  /// A client that keeps what it gets.
  private final class Peer: RecordedPeer {
    var texts: [String] = []
    var closeCode: UInt16?
    var isCut = false

    func send(_ frame: SharedBytes) {
      // RFC 6455 §5.2: two bytes of header, and two or eight more when the second says 126 or 127.
      let bytes = frame.array
      let header = bytes[1] == 126 ? 4 : bytes[1] == 127 ? 10 : 2
      texts.append(String(decoding: bytes[header...], as: UTF8.self))
    }

    func close(code: UInt16) { closeCode = code }
    func cut() { isCut = true }
  }

  private struct House {
    let hub: RecordedHub
    let statistics = Lock(RecordedStatistics())
    let faults = Lock(RecordedFaults.State())
    let sockets: RecordedSockets

    init(_ recording: Recording) {
      sockets = recording.sockets
      hub = RecordedHub(sockets, statistics: statistics, faults: faults)
    }

    func open(_ path: String, topics: [String] = [], now: Int64) throws -> (peer: Peer, socket: RecordedHub.Socket) {
      let peer = Peer()
      let found = try #require(sockets.path(path, query: { _ in nil }))
      return (peer, hub.opened(peer, path: found.path, topics: topics, now: now))
    }

    func send(_ text: String, _ socket: RecordedHub.Socket, now: Int64) {
      Array(text.utf8).withUnsafeBytes { hub.received($0, from: socket, now: now) }
    }

    var counts: RecordedStatistics { statistics.withLock { $0 } }
  }

  private let start: Int64 = 1_795_600_800_000

  @Test func aSubscriberGetsTheFramesAfterItsSubscription() throws {
    let house = House(try RecordingFixture.bundled.get())
    let (peer, socket) = try house.open("/market/ws", now: start)
    #expect(house.hub.isIdle)
    house.send(#"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}"#, socket, now: start)
    #expect(!house.hub.isIdle)
    for tick in 1...300 { house.hub.advance(to: start + Int64(tick) * 10) }
    let topic = try #require(house.sockets.topics["btcusdt@aggTrade"])
    let frames = topic.frames(after: start, through: start + 3000).map(\.bytes.recordedText)
    #expect(peer.texts == [#"{"result":null,"id":1}"#] + frames)
    #expect(frames.count > 10)
  }

  @Test func eachPathHasItsOwnEnvelope() throws {
    let house = House(try RecordingFixture.bundled.get())
    let (raw, _) = try house.open("/market/ws", topics: ["btcusdt@aggTrade"], now: start)
    let (combined, _) = try house.open("/market/stream", topics: ["btcusdt@aggTrade"], now: start)
    house.hub.advance(to: start + 3000)
    #expect(!raw.texts.isEmpty)
    #expect(combined.texts == raw.texts.map { #"{"stream":"btcusdt@aggTrade","data":\#($0)}"# })
  }

  @Test(arguments: ["/public/ws", "/public/stream", "/ws", "/stream"])
  func aSocketOnTheWrongPathIsSilentForEver(path: String) throws {
    let house = House(try RecordingFixture.bundled.get())
    let (peer, socket) = try house.open(path, now: start)
    house.send(#"{"method":"SUBSCRIBE","params":["btcusdt@kline_1m"],"id":1}"#, socket, now: start)
    house.hub.advance(to: start + 600_000)
    #expect(peer.texts == [#"{"result":null,"id":1}"#])
    #expect(house.counts.silentSubscriptions == ["btcusdt@kline_1m": 1])
    #expect(house.hub.isIdle)
  }

  @Test func framesOfSeveralTopicsComeInOrderOfTime() throws {
    let house = House(try RecordingFixture.bundled.get())
    let topics = ["btcusdt@markPrice@1s", "btcusdt@aggTrade", "sushiusdt@kline_1m"]
    let (peer, _) = try house.open("/market/ws", topics: topics, now: start)
    house.hub.advance(to: start + 10_000)
    let times = try peer.texts.compactMap { try JSONValue(parsing: $0)["E"]?.integer }
    #expect(times.count == peer.texts.count)
    #expect(times == times.sorted())
  }

  @Test func aNewcomerGetsNothingFromBeforeItCame() throws {
    let house = House(try RecordingFixture.bundled.get())
    let (first, _) = try house.open("/market/ws", topics: ["btcusdt@aggTrade"], now: start)
    house.hub.advance(to: start + 1000)
    let (second, _) = try house.open("/market/ws", topics: ["btcusdt@aggTrade"], now: start + 2000)
    let before = first.texts.count
    #expect(second.texts.isEmpty)
    house.hub.advance(to: start + 3000)
    #expect(second.texts == Array(first.texts.dropFirst(before)))
  }

  @Test func leavingEndsSubscriptionsAndTheyAreCounted() throws {
    let house = House(try RecordingFixture.bundled.get())
    let (_, first) = try house.open("/market/ws", topics: ["btcusdt@aggTrade"], now: start)
    let (_, second) = try house.open("/market/ws", topics: ["btcusdt@aggTrade"], now: start)
    #expect(house.counts.connectionsNow == 2)
    #expect(house.counts.subscriptionsNow == ["btcusdt@aggTrade": 2])
    house.hub.closed(first)
    house.hub.closed(first)
    #expect(house.counts.subscriptionsNow == ["btcusdt@aggTrade": 1])
    house.send(#"{"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}"#, second, now: start)
    #expect(house.counts.subscriptionsNow == [:])
    #expect(house.hub.isIdle)
    house.hub.closed(second)
    #expect(house.counts.connectionsNow == 0)
    #expect(house.counts.connectionsOpened == 2)
    #expect(house.counts.subscriptionsTotal == ["btcusdt@aggTrade": 2])
    #expect(house.counts.subscribeMessages == 2)
  }

  @Test func aForgottenTopicIsSilentUntilItIsSubscribedAnew() throws {
    let house = House(try RecordingFixture.bundled.get())
    let (peer, socket) = try house.open("/market/ws", topics: ["btcusdt@aggTrade"], now: start)
    house.hub.obey(.forget(topic: "btcusdt@aggTrade"))
    house.hub.advance(to: start + 60_000)
    house.send(#"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}"#, socket, now: start + 60_000)
    house.hub.advance(to: start + 120_000)
    #expect(peer.texts == [#"{"result":null,"id":1}"#])
    for (id, method) in ["UNSUBSCRIBE", "SUBSCRIBE"].enumerated() {
      house.send(
        #"{"method":"\#(method)","params":["btcusdt@aggTrade"],"id":\#(id + 2)}"#, socket, now: start + 120_000)
    }
    house.hub.advance(to: start + 180_000)
    #expect(peer.texts.count > 3)
  }

  @Test func aStalledExchangeStillAcknowledgesAndLosesItsFrames() throws {
    let house = House(try RecordingFixture.bundled.get())
    let (peer, socket) = try house.open("/market/ws", topics: ["btcusdt@aggTrade"], now: start)
    house.faults.withLock { $0.isStalled = true }
    house.hub.advance(to: start + 60_000)
    house.send(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#, socket, now: start + 60_000)
    #expect(peer.texts == [#"{"result":["btcusdt@aggTrade"],"id":1}"#])
    house.faults.withLock { $0.isStalled = false }
    house.hub.advance(to: start + 63_000)
    let times = try peer.texts.dropFirst().compactMap { try JSONValue(parsing: $0)["E"]?.integer }
    #expect(!times.isEmpty)
    #expect(times.allSatisfy { $0 > start + 60_000 })
  }

  @Test func ordersReachEverySocket() throws {
    let house = House(try RecordingFixture.bundled.get())
    let (first, _) = try house.open("/market/ws", now: start)
    let (second, _) = try house.open("/public/ws", now: start)
    house.hub.obey(.text("{"))
    house.hub.obey(.close(code: 1001))
    house.hub.obey(.cut)
    for peer in [first, second] {
      #expect(peer.texts == ["{"])
      #expect(peer.closeCode == 1001)
      #expect(peer.isCut)
    }
  }
}
