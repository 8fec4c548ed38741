import Support
import Testing
import Wire

@testable import Net

/// Several clients of one loop and what they are sent alike; over real sockets.
@Suite(.timeLimit(.minutes(1))) struct SharedOutboxTests {
  @Test func whoTakesPartGetsWhatIsSentInItsOrder() async throws {
    try await withHub(3) { test, hub, sockets in
      await test.loops[0].run { for text in ["a", "b", "c"] { hub.send(text) } }
      await test.loops[0].run { _ = hub.send("d") }
      for socket in sockets { try await socket.expect(["a", "b", "c", "d"]) }
      // Counted behind the write, in the same turn.
      await test.loops[0].run {}
      #expect(test.counters.framesSent.value == 12)
      // A header of two bytes and a letter; the handshakes are counted before anyone takes part.
      #expect(await test.loops[0].run { hub.shared.queuedBytes } == 0)
    }
  }

  @Test func whatWaitsAlikeAndWhatOneIsSentAloneKeepTheirOrder() async throws {
    try await withHub(3) { test, hub, sockets in
      await test.loops[0].run {
        hub.send("a")
        hub.clients[1].connection.sendText("alone")
        hub.send("b")
        #expect(hub.clients.map(\.isShared) == [true, false, true])
        #expect(hub.shared.memberCount == 2)
        #expect(hub.clients.map(\.connection.queuedBytes) == [6, 13, 6])
      }
      try await sockets[1].expect(["a", "alone", "b"])
      for index in [0, 2] { try await sockets[index].expect(["a", "b"]) }
      #expect(try await hub.events.next() == "1 ended")
      // When all of its own has gone it takes part again.
      #expect(try await hub.events.next() == "1 began")
      await test.loops[0].run { _ = hub.send("c") }
      for socket in sockets { try await socket.expect(["c"]) }
    }
  }

  @Test func whoComesGetsNothingThatWaitedBefore() async throws {
    try await withHub(2) { test, hub, sockets in
      let late = try await onThread { [port = test.port] in
        let socket = try RawSocket(port: port)
        _ = try socket.upgrade(to: "/ws")
        return Held(socket)
      }
      #expect(try await hub.events.next() == "2 began")
      await test.loops[0].run {
        // It parts for its own message, and its flush comes before that of what the others are sent.
        hub.clients[2].connection.sendText("alone")
        hub.shared.send("for the others")
      }
      #expect(try await hub.events.next() == "2 ended")
      #expect(try await hub.events.next() == "2 began")
      await test.loops[0].run { _ = hub.send("for all") }
      try await late.expect(["alone", "for all"])
      for socket in sockets { try await socket.expect(["for the others", "for all"]) }
    }
  }

  @Test func anUnsentFrameOfAKeyGivesWayForAll() async throws {
    try await withHub(2) { test, hub, sockets in
      let outcomes = await test.loops[0].run {
        [hub.send("candle 1", key: 7), hub.send("trade"), hub.send("candle 2", key: 7), hub.send("candle", key: 8)]
      }
      #expect(outcomes == [.queued, .queued, .conflated, .queued])
      for socket in sockets { try await socket.expect(["candle 2", "trade", "candle"]) }
      // Counted behind the write, in the same turn.
      await test.loops[0].run {}
      #expect(test.counters.framesSent.value == 6)
    }
  }

  @Test func whoHasNoRoomPartsAndGetsAllOfItLater() async throws {
    // Larger than what kernels hold for a connection.
    let large = WebSocketFrame.serverText([UInt8](repeating: 0x78, count: 8 << 20))
    try await withHub(3, { $0.outboxBytes = 32 << 20 }, receiveBuffer: 4096) { test, hub, sockets in
      await test.loops[0].run { _ = hub.shared.send(large) }
      let ended = [try await hub.events.next(), try await hub.events.next(), try await hub.events.next()]
      #expect(Set(ended) == ["0 ended", "1 ended", "2 ended"])
      await test.loops[0].run {
        #expect(hub.clients.allSatisfy { $0.connection.isBehind && $0.connection.queuedBytes > 0 })
        hub.send("behind")
      }
      for socket in sockets {
        let lengths = try await onThread { try (0..<2).map { _ in try socket.value.readFrame().payload.count } }
        #expect(lengths == [8 << 20, 6])
      }
      let began = [try await hub.events.next(), try await hub.events.next(), try await hub.events.next()]
      #expect(Set(began) == ["0 began", "1 began", "2 began"])
      // Counted behind the write, in the same turn.
      await test.loops[0].run {}
      #expect(test.counters.framesSent.value == 6)
    }
  }

  @Test func whoTakesNothingIsCutAndHoldsNobodyUp() async throws {
    let large = WebSocketFrame.serverText([UInt8](repeating: 0x78, count: 8 << 20))
    let change: (inout WebSocketOptions) -> Void = {
      $0.outboxBytes = 32 << 20
      // Long enough for the one who reads, on a busy machine.
      $0.writeStallMilliseconds = 2000
    }
    try await withHub(2, change, receiveBuffer: 4096) { test, hub, sockets in
      await test.loops[0].run { _ = hub.shared.send(large) }
      let length = try await onThread { try sockets[0].value.readFrame().payload.count }
      #expect(length == 8 << 20)
      #expect(try await hub.closures.next() == "1: 1006 client took nothing")
      #expect(test.counters.slowConsumers.value == 1)
    }
  }

  @Test func moreThanOneMayHaveWaitingIsRefusedAndLeavesAllAsTheyWere() async throws {
    try await withHub(2, { $0.outboxBytes = 20 }) { test, hub, sockets in
      await test.loops[0].run {
        #expect(hub.shared.send("0123456789") == .queued)
        #expect(hub.shared.send("0123456789") == .refused)
        #expect(hub.clients.allSatisfy { $0.isShared && $0.connection.isOpen })
        hub.shared.disband()
        #expect(hub.shared.memberCount == 0)
        #expect(hub.clients.map(\.connection.queuedBytes) == [12, 12])
        // By itself, one of them is what it always was: a slow consumer, who is told so.
        #expect(hub.clients[0].connection.send(WebSocketFrame.serverText(Array("0123456789".utf8))) == .refused)
      }
      let reason = try await onThread { try sockets[0].value.readFrame().closeReason }
      #expect(reason == "slow consumer")
      try await sockets[1].expect(["0123456789"])
      #expect(try await hub.closures.next() == "0: 1013 slow consumer")
    }
  }

  @Test func whoEndsLeavesTheOthers() async throws {
    try await withHub(5) { test, hub, sockets in
      await test.loops[0].run {
        hub.send("a")
        hub.clients[0].connection.close(.policyViolation, reason: "enough")
        hub.clients[3].connection.abort()
        hub.send("b")
        #expect(hub.shared.memberCount == 3)
      }
      for index in [1, 2, 4] { try await sockets[index].expect(["a", "b"]) }
      let frames = try await onThread { try (0..<2).map { _ in try sockets[0].value.readFrame() } }
      #expect(frames.map(\.text)[0] == "a" && frames[1].closeReason == "enough")
      sockets[2].value.reset()
      var closed: Set<String> = []
      while closed.count < 3 { closed.insert(try await hub.closures.next()) }
      #expect(closed.contains("2: 1006 connection broke"))
      await test.loops[0].run { _ = hub.send("c") }
      for index in [1, 4] { try await sockets[index].expect(["c"]) }
    }
  }

  @Test func aPeerThatIsGoneWhenItIsWrittenToLeaves() async throws {
    try await withHub(2) { test, hub, sockets in
      let held = await test.loops[0].run { () -> Int in
        // The loop is in its turn, so the reset is found by the write and not by epoll.
        sockets[0].value.reset()
        hub.send("a")
        return hub.shared.memberCount
      }
      #expect(held == 2)
      #expect(try await hub.closures.next() == "0: 1006 connection broke")
      try await sockets[1].expect(["a"])
      #expect(await test.loops[0].run { hub.shared.memberCount } == 1)
    }
  }

  @Test func drainingSendsWhatWaitsBeforeTheGoodbye() async throws {
    try await withHub(2) { test, hub, sockets in
      await test.loops[0].run {
        hub.send("a")
        for client in hub.clients { client.connection.drain() }
      }
      for socket in sockets {
        let frames = try await onThread { try (0..<2).map { _ in try socket.value.readFrame() } }
        #expect(frames[0].text == "a" && frames[1].closeCode == 1001)
        socket.value.sendClose(1001)
      }
    }
  }

  @Test func anOutboxOfAnotherLimitIsNotShared() async throws {
    try await withHub(1) { test, hub, _ in
      await test.loops[0].run {
        let other = SharedOutbox(loop: hub.clients[0].connection.loop, limitBytes: 1, counters: HTTPServerCounters())
        #expect(hub.clients[0].connection.share(other) == nil)
      }
    }
  }
}

extension SharedOutbox {
  @discardableResult
  fileprivate func send(_ text: String, key: UInt64 = 0) -> SendOutcome {
    send(WebSocketFrame.serverText(Array(text.utf8)), conflationKey: key)
  }
}

extension Held where Value == RawSocket {
  /// The next frames are these texts.
  fileprivate func expect(_ texts: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let got = try await onThread { try texts.map { _ in try self.value.readFrame().text } }
    #expect(got == texts, sourceLocation: sourceLocation)
  }
}

/// Clients that share one outbox: who has parted is sent everything by itself. Its loop's own, but for the inboxes.
private final class Hub: @unchecked Sendable {
  private(set) var clients: [HubClient] = []
  private var outbox: SharedOutbox?
  let events = Inbox<String>()
  let closures = Inbox<String>()

  /// Set by the first client.
  var shared: SharedOutbox { outbox ?? SharedOutbox(loop: EventLoop(name: "none"), limitBytes: 0, counters: .init()) }

  func open(_ connection: WebSocketConnection) -> any WebSocketHandler {
    let client = HubClient(connection, number: clients.count, hub: self)
    clients.append(client)
    outbox = connection.share(outbox) ?? outbox
    return client
  }

  @discardableResult
  func send(_ text: String, key: UInt64 = 0) -> SendOutcome {
    let frame = WebSocketFrame.serverText(Array(text.utf8))
    for client in clients where !client.isShared { client.connection.send(frame, conflationKey: key) }
    return shared.send(frame, conflationKey: key)
  }
}

private final class HubClient: WebSocketHandler {
  let connection: WebSocketConnection
  private(set) var isShared = false
  private let number: Int
  private unowned let hub: Hub

  init(_ connection: WebSocketConnection, number: Int, hub: Hub) {
    self.connection = connection
    self.number = number
    self.hub = hub
  }

  func received(text: UnsafeRawBufferPointer) {}
  func received(binary: UnsafeRawBufferPointer) {}

  func sharingBegan() {
    isShared = true
    hub.events.add("\(number) began")
  }

  func sharingEnded() {
    isShared = false
    hub.events.add("\(number) ended")
  }

  func closed(_ code: WebSocketCloseCode, reason: String) { hub.closures.add("\(number): \(code.number) \(reason)") }
}

/// Runs the test when so many clients take part.
private func withHub(
  _ count: Int, _ change: (inout WebSocketOptions) -> Void = { _ in }, receiveBuffer: Int32? = nil,
  _ test: (TestServer, Hub, [Held<RawSocket>]) async throws -> Void
) async throws {
  let hub = Hub()
  let handler: HTTPHandler = { _, _ in .webSocket { hub.open($0) } }
  try await withServer({ change(&$0.webSocket) }, handler: handler) { server in
    var sockets: [Held<RawSocket>] = []
    for number in 0..<count {
      sockets.append(
        try await onThread { [port = server.port] in
          let socket = try RawSocket(port: port, receiveBuffer: receiveBuffer)
          _ = try socket.upgrade(to: "/ws")
          return Held(socket)
        })
      #expect(try await hub.events.next() == "\(number) began")
    }
    try await test(server, hub, sockets)
    for socket in sockets { socket.value.close() }
  }
}
