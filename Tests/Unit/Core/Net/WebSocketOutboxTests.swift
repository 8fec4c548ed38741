import Net
import Support
import Testing
import Wire

/// What becomes of frames that are sent faster than the client takes them.
@Suite(.timeLimit(.minutes(1))) struct WebSocketOutboxTests {
  @Test func sendsThousandsOfFramesInOrder() async throws {
    let open: @Sendable (WebSocketConnection) -> Void = { connection in
      for number in 0..<5000 { connection.send(WebSocketFrame.serverText(Array("\(number)".utf8))) }
    }
    try await withWebSockets(onOpen: open) { test, _ in
      let texts = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        return try (0..<5000).map { _ in try client.readFrame().text }
      }
      #expect(texts == (0..<5000).map(String.init))
      // Counted behind the write, in the same turn.
      await test.loops[0].run {}
      #expect(test.counters.framesSent.value == 5000)
    }
  }

  @Test func replacesUnsentFramesOfOneKey() async throws {
    let open: @Sendable (WebSocketConnection) -> Void = { connection in
      for number in 0..<1000 {
        connection.send(WebSocketFrame.serverText(Array("candle \(number)".utf8)), conflationKey: 7)
        if number == 500 { connection.sendText("trade") }
      }
    }
    try await withWebSockets(onOpen: open) { test, _ in
      let texts = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        return try (0..<2).map { _ in try client.readFrame().text }
      }
      #expect(texts == ["candle 999", "trade"])
    }
  }

  @Test func tellsASlowConsumerWhyItIsClosed() async throws {
    let results = Lock<[SendOutcome]>([])
    let frame = WebSocketFrame.serverText([UInt8](repeating: 0x78, count: 1000))
    let open: @Sendable (WebSocketConnection) -> Void = { connection in
      for _ in 0..<12 {
        let outcome = connection.send(frame)
        results.withLock { $0.append(outcome) }
      }
    }
    try await withWebSockets({ $0.outboxBytes = 10_500 }, onOpen: open) { test, log in
      let frame = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        let frame = try client.readFrame()
        client.sendClose(1013)
        _ = try client.readToEnd()
        return frame
      }
      #expect(frame.closeCode == 1013)
      #expect(frame.closeReason == "slow consumer")
      #expect(try await log.next() == LoggedClosure(code: 1013, reason: "slow consumer"))
      #expect(results.withLock { $0 } == Array(repeating: .queued, count: 10) + [.refused, .refused])
      #expect(test.counters.slowConsumers.value == 1)
    }
  }

  @Test func endsASlowConsumerBetweenFrames() async throws {
    // Larger than what kernels hold for a connection, so that a frame is half sent when the limit is met.
    let frame = WebSocketFrame.serverText([UInt8](repeating: 0x78, count: 8 << 20))
    let held = Lock<LoopBound<WebSocketConnection>?>(nil)
    let open: @Sendable (WebSocketConnection) -> Void = { connection in
      held.withLock { $0 = LoopBound(connection, loop: connection.loop) }
    }
    let change: (inout WebSocketOptions) -> Void = {
      $0.outboxBytes = 18 << 20
      // The client takes its time for eight megabytes.
      $0.closeMilliseconds = 60_000
    }
    try await withWebSockets(change, onOpen: open) { test, log in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, receiveBuffer: 65_536)
        _ = try client.upgrade(to: "/ws")
        return Held(client)
      }
      let connection = held.withLock { $0.take() }
      await test.loops[0].run { _ = connection?.value.send(frame) }
      // What no byte of has gone out is given up whole.
      let isBegun = await test.loops[0].eventually {
        await test.loops[0].run { connection.map { $0.value.queuedBytes < frame.count } ?? false }
      }
      #expect(isBegun)
      let queued = await test.loops[0].run { () -> Int in
        for _ in 0..<2 { connection?.value.send(frame) }
        return connection?.value.queuedBytes ?? 0
      }
      #expect(queued < frame.count)
      #expect(try await log.next().code == 1013)
      let frames = try await onThread {
        let frames = try (0..<2).map { _ in try client.value.readFrame() }
        client.value.close()
        return frames
      }
      #expect(frames[0].payload.count == 8 << 20)
      #expect(frames[1].closeCode == 1013)
    }
  }

  @Test func cutsAClientThatTakesNothing() async throws {
    let frame = WebSocketFrame.serverText([UInt8](repeating: 0x78, count: 8 << 20))
    let open: @Sendable (WebSocketConnection) -> Void = { $0.send(frame) }
    let change: (inout WebSocketOptions) -> Void = {
      $0.outboxBytes = 16 << 20
      $0.writeStallMilliseconds = 20
    }
    try await withWebSockets(change, onOpen: open) { test, log in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, receiveBuffer: 4096)
        _ = try client.upgrade(to: "/ws")
        return Held(client)
      }
      #expect(try await log.next() == LoggedClosure(code: 1006, reason: "client took nothing"))
      #expect(test.counters.slowConsumers.value == 1)
      client.value.close()
    }
  }

  @Test func noticesASilentClientThatTakesNothingWithinPingAndPong() async throws {
    let frame = WebSocketFrame.serverText([UInt8](repeating: 0x78, count: 8 << 20))
    let change: (inout WebSocketOptions) -> Void = {
      $0.outboxBytes = 16 << 20
      $0.pingMilliseconds = 10
      $0.pongMilliseconds = 10
      $0.closeMilliseconds = 10
    }
    try await withWebSockets(change, onOpen: { $0.send(frame) }) { test, log in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, receiveBuffer: 4096)
        _ = try client.upgrade(to: "/ws")
        return Held(client)
      }
      #expect(try await log.next() == LoggedClosure(code: 1008, reason: "no answer to ping"))
      await test.server.drain(milliseconds: 60_000)
      client.value.close()
    }
  }

  @Test func standsResetsWhileItSends() async throws {
    let frame = WebSocketFrame.serverText([UInt8](repeating: 0x78, count: 500_000))
    try await withWebSockets(onOpen: { $0.send(frame) }) { test, log in
      for _ in 0..<5 {
        try await onThread { [port = test.port] in
          let client = try RawSocket(port: port, receiveBuffer: 4096)
          _ = try client.upgrade(to: "/ws")
          _ = try client.read(100)
          client.reset()
        }
        #expect(try await log.next().code == 1006)
      }
      #expect(test.counters.webSocketsOpen.value == 0)
    }
  }
}
