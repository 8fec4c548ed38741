import Net
import Support
import Testing
import Wire

@testable import App

/// The recorded exchange over real sockets of the loopback interface.
@Suite struct RecordedExchangeTests {
  private func exchange(speed: Int = 1) throws -> (exchange: RecordedExchange, port: UInt16) {
    let exchange = RecordedExchange(playing: try RecordingFixture.bundled.get(), speed: speed)
    let (http, webSocket) = try exchange.start()
    #expect(http.hasPrefix("http://127.0.0.1:") && webSocket == "ws" + http.dropFirst(4))
    return (exchange, try #require(http.split(separator: ":").last.flatMap { UInt16($0) }))
  }

  @Test func itIsWhatItsRecordingSays() async throws {
    let exchange = try RecordedExchange(recording: RecordingFixture.directory)
    _ = try exchange.start()
    #expect(exchange.about == "recorded trades, derived series")
    await exchange.stop()
  }

  @Test func aFolderWithoutARecordingIsAnError() {
    #expect(throws: RecordingError("recording.json", "cannot be opened")) {
      try RecordedExchange(recording: "/proc/nonexistent")
    }
  }

  @Test(.timeLimit(.minutes(1))) func itsTimeIsTheMachinesAndCanPassFaster() async throws {
    let before = EventLoop.wallClockMicroseconds / 1000
    let exchange = RecordedExchange(playing: try RecordingFixture.bundled.get())
    #expect((before...EventLoop.wallClockMicroseconds / 1000 + 1).contains(exchange.now))
    let fast = RecordedExchange(playing: try RecordingFixture.bundled.get(), speed: 100_000)
    // A minute of it takes less than a millisecond.
    while fast.now < exchange.now + 60_000, !Task.isCancelled { await Task.yield() }
    await exchange.stop()
    await fast.stop()
  }

  @Test func restAnswersWithItsUse() async throws {
    let (exchange, port) = try exchange()
    let client = try RecordedLoopbackClient(port: port)
    client.send("GET /fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=2 HTTP/1.1\r\nHost: a\r\n\r\n")
    let answer = client.readText { $0.contains("]]") }
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.contains("X-MBX-USED-WEIGHT-1M: 1\r\n"))
    #expect(answer.contains("Content-Type: application/json;charset=UTF-8\r\n"))
    #expect(exchange.statistics.requests == ["/fapi/v1/klines": 1])
    await exchange.stop()
  }

  @Test func aSocketIsAcknowledgedAndThenSpokenTo() async throws {
    let (exchange, port) = try exchange(speed: 600)
    let client = try RecordedLoopbackClient(port: port)
    client.openWebSocket("/market/stream")
    client.sendText(#"{"method":"SUBSCRIBE","params":["btcusdt@kline_1m"],"id":1}"#)
    #expect(client.readFrame() == #"{"result":null,"id":1}"#)
    var closed = 0
    while closed < 3, let frame = client.readFrame() {
      let value = try JSONValue(parsing: frame)
      #expect(value["stream"]?.string == "btcusdt@kline_1m")
      if value["data"]?["k"]?["x"]?.bool == true { closed += 1 }
    }
    #expect(closed == 3)
    let statistics = exchange.statistics
    #expect(statistics.connectionsNow == 1)
    #expect(statistics.subscriptionsNow == ["btcusdt@kline_1m": 1])
    #expect(statistics.framesSent > 3)
    await exchange.stop()
  }

  @Test func faultsReachTheSockets() async throws {
    let (exchange, port) = try exchange()
    let first = try RecordedLoopbackClient(port: port)
    first.openWebSocket("/market/ws")
    exchange.faults.garbageFrame("{oops")
    #expect(first.readFrame() == "{oops")
    exchange.faults.closeAll(code: 1012)
    #expect(first.readFrame() == "close 1012")
    let second = try RecordedLoopbackClient(port: port)
    second.openWebSocket("/market/ws")
    exchange.faults.cutAll()
    #expect(second.readFrame() == nil)
    #expect(exchange.statistics.connectionsOpened == 2)
    await exchange.stop()
  }

  @Test func aRefusedSocketGetsTheStatus() async throws {
    let (exchange, port) = try exchange()
    exchange.faults.refuseSockets(status: 429)
    let client = try RecordedLoopbackClient(port: port)
    #expect(client.openWebSocket("/market/ws").hasPrefix("HTTP/1.1 429 "))
    #expect(exchange.statistics.connectionsOpened == 0)
    await exchange.stop()
  }

  @Test func aSilentAnswerEndsWithTheExchange() async throws {
    let (exchange, port) = try exchange()
    exchange.faults.hang()
    let client = try RecordedLoopbackClient(port: port)
    client.send("GET /fapi/v1/time HTTP/1.1\r\nHost: a\r\n\r\n")
    let loop = EventLoop(name: "test")
    #expect(await loop.eventually { !exchange.statistics.requests.isEmpty })
    loop.shutdown()
    await exchange.stop()
    #expect(client.readText { _ in false } == "")
  }
}
