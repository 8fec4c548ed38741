import Net
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct WebSocketClientTrafficTests {
  /// What the client does after the server has said this on an open connection.
  private func closure(
    _ limits: WebSocketLimits = .exchange, after script: @escaping @Sendable (ScriptedPeer) -> Void
  ) async -> WebSocketClosure? {
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      script(peer)
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/", .init(proxy: "", limits: limits))
    probe.connect()
    let end = await probe.closure()
    #expect(server.clientDescriptorCount == 0)
    return end
  }

  @Test func theServersCloseIsAnsweredAndToldWithItsCode() async throws {
    let answers = Witness<ScriptedPeer.Frame?>()
    let end = await closure { peer in
      peer.write(ScriptedPeer.frame(0x88, [0x03, 0xF4] + Array("restart".utf8)))
      answers.see(peer.readFrame())
    }
    #expect(end == WebSocketClosure(.peerClosed(.serviceRestart), reason: "restart"))
    // RFC 6455 section 5.5.1: the reply echoes the status code.
    #expect(await answers.next() == .init(firstByte: 0x88, isMasked: true, payload: [0x03, 0xF4]))
  }

  @Test func aCloseWithoutCodeIsNoStatus() async {
    let end = await closure { peer in
      peer.write(ScriptedPeer.frame(0x88, []))
      peer.waitForEnd()
    }
    #expect(end == WebSocketClosure(.peerClosed(.noStatus), reason: ""))
  }

  @Test func anEndWithoutCloseFrameIsBroken() async {
    #expect(await closure { _ in } == WebSocketClosure(.broken, reason: "the server ended the connection"))
    #expect(await closure { $0.reset() }?.cause == .broken)
  }

  @Test(arguments: [1, 2, 64 << 10]) func anEndRightBehindAMessageIsSeen(count: Int) async throws {
    // The last one fills what is read at once, with its header of 4 bytes: nothing says that the socket is empty.
    let text = String(repeating: "x", count: count == 64 << 10 ? count - 4 : count)
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      peer.write(ScriptedPeer.frame(text: text))
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.connect()
    #expect(await probe.next() == .opened)
    #expect(await probe.next() == .text(text))
    #expect(await probe.closure() == WebSocketClosure(.broken, reason: "the server ended the connection"))
  }

  @Test func brokenFramesAreAProtocolErrorAndAnswered() async throws {
    let answers = Witness<ScriptedPeer.Frame?>()
    let end = await closure { peer in
      // A reserved bit.
      peer.write([0xF1, 0x00])
      answers.see(peer.readFrame())
    }
    #expect(end?.cause == .protocolError)
    // 1002
    #expect(await answers.next()??.payload.prefix(2) == [0x03, 0xEA])
  }

  @Test func aMessagePastTheLimitIsAProtocolError() async {
    let end = await closure(WebSocketLimits(maxMessageBytes: 10)) { peer in
      peer.write(ScriptedPeer.frame(text: "0123456789") + ScriptedPeer.frame(text: "0123456789a"))
      peer.waitForEnd()
    }
    #expect(end?.cause == .protocolError)
  }

  @Test func aPingOfTheServerIsAnswered() async throws {
    let answers = Witness<ScriptedPeer.Frame?>()
    _ = await closure { peer in
      peer.write(ScriptedPeer.frame(0x89, [1, 2, 3]))
      answers.see(peer.readFrame())
    }
    #expect(await answers.next() == .init(firstByte: 0x8A, isMasked: true, payload: [1, 2, 3]))
  }

  @Test func aBatchEndsWithReadFinishedBeforeTheClosure() async throws {
    let order = Witness<String>()
    let server = ScriptedServer { peer in
      peer.acceptWebSocket(
        followedBy: ["a", "b"].flatMap { ScriptedPeer.frame(text: $0) } + ScriptedPeer.frame(0x88, []))
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/") { event, _ in
      switch event {
      case .text(let text): order.see(text)
      case .readFinished: order.see("finished")
      case .closed: order.see("closed")
      case .opened, .binary, .ponged: break
      }
    }
    probe.connect()
    for expected in ["a", "b", "finished", "closed"] { #expect(await order.next() == expected) }
  }

  @Test func messagesFarPastOneTurnAllArriveInOrder() async throws {
    // Several times what one turn reads, and longer than any buffer between.
    let text = String(repeating: "0123456789abcdef", count: 4_096)
    let count = 60
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      for index in 0..<count { peer.write(ScriptedPeer.frame(text: "\(index) \(text)")) }
      peer.write(ScriptedPeer.frame(0x88, []))
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.connect()
    #expect(await probe.next() == .opened)
    for index in 0..<count { #expect(await probe.next() == .text("\(index) \(text)")) }
    #expect(await probe.closure()?.cause == .peerClosed(.noStatus))
  }

  @Test(arguments: [false, true]) func aSlowServerGetsEverythingInOrder(isSecure: Bool) async throws {
    let certificates = TestCertificates()
    let frames = Witness<ScriptedPeer.Frame?>()
    let start = Witness<Void>()
    let gate = ThreadGate()
    let server = ScriptedServer(
      identity: isSecure ? certificates.identity() : nil, receiveBufferBytes: 4_096
    ) { peer in
      peer.acceptWebSocket()
      gate.wait()
      for _ in 0..<3 { frames.see(peer.readFrame()) }
      peer.waitForEnd()
    }
    defer { server.stop() }
    // More than the sockets' buffers hold, so that writes stay unfinished and are taken up again.
    let texts = ["a", "b", "c"].map { String(repeating: $0, count: 1_000_000) }
    let options = WebSocketClientOptions(caFile: certificates.caFile, proxy: "", maxOutboxBytes: 16 << 20)
    let probe = WebSocketProbe("\(isSecure ? "wss" : "ws")://127.0.0.1:\(server.port)/", options)
    probe.connect()
    #expect(await probe.next() == .opened)
    probe.perform { client in
      for text in texts { client.send(text: text) }
      client.loop.schedule(afterMilliseconds: 0) { start.see(()) }
    }
    _ = await start.next()
    gate.open()
    for text in texts {
      let frame = await frames.next() ?? nil
      #expect(frame.map { String(decoding: $0.payload, as: UTF8.self) == text } == true)
    }
  }

  @Test func anOutboxPastItsLimitEndsTheConnection() async throws {
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/", .init(proxy: "", maxOutboxBytes: 1_000))
    probe.connect()
    #expect(await probe.next() == .opened)
    probe.perform { client in
      // A frame of 8 bytes header and mask each: two fit.
      for _ in 0..<3 { client.send(text: String(repeating: "x", count: 450)) }
    }
    #expect(await probe.closure() == WebSocketClosure(.broken, reason: "more than 1000 bytes wait to be sent"))
  }
}
