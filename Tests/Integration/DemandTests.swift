import Net
import Support
import Testing

@testable import App

/// One upstream subscription for all clients of a stream, and none for nobody.
@Suite(.serialized, .timeLimit(.minutes(1))) struct DemandTests {
  private static let target = "/ws/binance/BTCUSDT/ohlc?interval=1m"
  private static let topic = "btcusdt@kline_1m"

  /// Clients that come by TCP alone, and leave with a reset once the gate is open.
  private func resettingClients(_ count: Int, of stage: Stage, until gate: ThreadGate) -> Inbox<Bool> {
    let port = stage.application.port
    let inbox = Inbox<Bool>()
    Task {
      let isServed = try? await onThread {
        let sockets = try (0..<count).map { _ in try RawSocket(port: port, patienceMilliseconds: 30_000) }
        for socket in sockets {
          guard try socket.openWebSocket(Self.target) else { return false }
          guard try socket.readFrame().text.hasPrefix(#"{"exchange":"binance","#) else { return false }
        }
        inbox.add(true)
        gate.wait()
        for socket in sockets { socket.reset() }
        return true
      }
      if isServed != true { inbox.add(false) }
    }
    return inbox
  }

  @Test func twoHundredClientsMakeOneSubscriptionThatEndsWithTheLastOfThem() async throws {
    try await Stage.play(speed: 2) { stage in
      let gate = ThreadGate()
      defer { gate.open() }
      let streams = (0..<160).map { _ in stage.stream(Self.target) }
      let arrived = resettingClients(40, of: stage, until: gate)
      for stream in streams { _ = try #require(await stream.nextText()) }
      #expect(try await arrived.next())
      let statistics = stage.exchange.statistics
      #expect(statistics.connectionsOpened == 1)
      #expect(statistics.connectionsNow == 1)
      #expect(statistics.subscribeMessages == 1)
      #expect(statistics.subscriptionsTotal == [Self.topic: 1])
      #expect(statistics.subscriptionsNow == [Self.topic: 1])
      // As long as one is left, it goes on.
      for stream in streams[1..<80] { stream.close() }
      for stream in streams[80...] { stream.abort() }
      for stream in streams[1...] { _ = try await stream.closure() }
      _ = try #require(await streams[0].nextText())
      #expect(stage.exchange.statistics.subscriptionsNow == [Self.topic: 1])
      streams[0].close()
      gate.open()
      // The linger of the settings holds.
      #expect(await stage.loop.eventually(within: 10) { stage.exchange.statistics.subscriptionsNow.isEmpty })
      #expect(await stage.loop.eventually(within: 5) { stage.exchange.statistics.connectionsNow == 0 })
      #expect(stage.exchange.statistics.connectionsOpened == 1)
    }
  }

  @Test func whoComesBackWithinTheLingerFindsTheTopicOpen() async throws {
    try await Stage.play(speed: 2) { stage in
      for _ in 0..<3 {
        let stream = stage.stream(Self.target)
        _ = try #require(await stream.nextText())
        stream.close()
        _ = try await stream.closure()
      }
      #expect(stage.exchange.statistics.subscribeMessages == 1)
      #expect(stage.exchange.statistics.connectionsOpened == 1)
    }
  }

  @Test func aClientThatFallsSilentIsGivenUp() async throws {
    func quicken(_ tuning: inout Tuning) {
      tuning.webSocket = { options in
        options.pingMilliseconds = 100
        options.pongMilliseconds = 100
        options.closeMilliseconds = 100
      }
      tuning.lingerMilliseconds = 100
    }
    try await Stage.play(tuning: quicken) { stage in
      let gate = ThreadGate()
      defer { gate.open() }
      let arrived = Inbox<Bool>()
      let port = stage.application.port
      async let silence: Void = onThread {
        let socket = try RawSocket(port: port)
        arrived.add(try socket.openWebSocket(Self.target))
        // Reads nothing, answers nothing, and is still there.
        gate.wait()
        socket.close()
      }
      #expect(try await arrived.next())
      #expect(await stage.loop.eventually { stage.exchange.statistics.subscriptionsTotal == [Self.topic: 1] })
      #expect(await stage.loop.eventually { stage.exchange.statistics.subscriptionsNow.isEmpty })
      gate.open()
      try await silence
    }
  }

  /// The same with the usual times: a ping may just have been answered, then come the next one, its deadline, the linger.
  @Test func theUsualTimesGiveASilentClientUpWithinFiftySeconds() {
    let options = Stage.configuration([:]).limitedServerOptions.webSocket
    #expect(options.pingMilliseconds + options.pongMilliseconds + Tuning().lingerMilliseconds < 50_000)
  }
}
