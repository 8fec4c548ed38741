import App
import Net
import Support
import Testing
import Wire

/// What clients see when the gateway is asked to stop.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ShutdownTests {
  private static let goingAway = WebSocketClosure(.peerClosed(.goingAway), reason: "server is shutting down")

  /// Runs the work and gives its milliseconds.
  private func duration(_ work: () async -> Void) async -> Int64 {
    let start = EventLoop.monotonicMilliseconds
    await work()
    return EventLoop.monotonicMilliseconds - start
  }

  /// Whether nobody answers any more.
  private func isRefused(_ web: WebClient) async -> Bool {
    do {
      _ = try await web.get("/health")
      return false
    } catch {
      return true
    }
  }

  @Test func everyWebSocketClientIsToldThatTheGatewayGoesAway() async throws {
    try await Stage.play(settings: ["DRAIN_SECONDS": "20"]) { stage in
      let targets = ["ohlc?interval=1m", "trades", "large_trades", "liquidations"]
      let clients = (0..<12).map { stage.stream("/ws/binance/BTCUSDT/\(targets[$0 % 4])") }
      for client in clients {
        guard case .opened = try await client.next() else { throw StageError.notLoaded }
      }
      let milliseconds = await duration { await stage.application.stop() }
      for client in clients { #expect(try await client.closure() == ShutdownTests.goingAway) }
      // Clients that answer the close are not waited for until the end.
      #expect(milliseconds < 10_000)
      #expect(await isRefused(stage.web))
      #expect(await stage.loop.eventually { stage.exchange.statistics.connectionsNow == 0 })
    }
  }

  @Test func anAnswerInFlightIsFinished() async throws {
    try await Stage.play(settings: ["DRAIN_SECONDS": "20", "REQUEST_TIMEOUT": "3"]) { stage in
      // The exchange does not answer: the answer is made when the gateway's patience ends, long after the stop began.
      stage.exchange.faults.hang(count: 100)
      let path = "/fapi/v1/openInterest"
      async let answer = stage.web.get("/binance/oi/BTCUSDT")
      #expect(await stage.loop.eventually { stage.exchange.statistics.requests[path] == 1 })
      let milliseconds = await duration { await stage.application.stop() }
      let finished = try await answer
      #expect(finished.status == 504)
      #expect(finished.text.contains(#""code":"upstream_timeout""#))
      #expect(finished.header("connection") == "close")
      #expect(milliseconds < 10_000)
    }
  }

  @Test func aLongAnswerIsSentToItsLastByte() async throws {
    try await Stage.play(settings: ["DRAIN_SECONDS": "20"]) { stage in
      let end = stage.exchange.now - 3_600_000
      let target = "/binance/ohlc/BTCUSDT/1m?limit=1500&end_time=\(end)"
      let whole = try await stage.web.get(target)
      let (reading, stopping) = (Witness<Void>(), ThreadGate())
      let port = stage.application.port
      async let late = onThread {
        // So little room that most of the answer still waits in the gateway.
        let socket = try RawSocket(port: port, receiveBuffer: 4096)
        defer { socket.close() }
        socket.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let head = try socket.read(until: "\r\n\r\n")
        reading.see(())
        stopping.wait()
        return (head, try socket.readToEnd())
      }
      _ = await reading.next()
      async let stopped = duration { await stage.application.stop() }
      #expect(await stage.loop.eventually { await isRefused(stage.web) })
      stopping.open()
      let (head, body) = try await late
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(String(decoding: body, as: UTF8.self) == whole.text)
      #expect(await stopped < 10_000)
    }
  }

  @Test func whoDoesNotAnswerTheCloseIsCutAfterTheTimeToDrain() async throws {
    try await Stage.play(settings: ["DRAIN_SECONDS": "1", "ALLOWED_HOSTS": "*"]) { stage in
      let opened = Witness<Void>()
      async let last = stage.talk { socket in
        #expect(try socket.upgrade(to: "/ws/binance/BTCUSDT/liquidations").hasPrefix("HTTP/1.1 101 "))
        opened.see(())
        // Reads, and never answers.
        var frame = try socket.readFrame()
        while frame.closeCode == nil { frame = try socket.readFrame() }
        _ = try? socket.readToEnd()
        return frame
      }
      _ = await opened.next()
      let milliseconds = await duration { await stage.application.stop() }
      let frame = try await last
      #expect(frame.closeCode == 1001)
      #expect(milliseconds < 5_000)
    }
  }
}
