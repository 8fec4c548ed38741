import Glibc
import Net
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct WebSocketClientTests {
  typealias Event = WebSocketProbe.Event

  private func echoServer() -> ScriptedServer {
    ScriptedServer { peer in
      peer.acceptWebSocket()
      peer.echo()
    }
  }

  @Test func textsComeBackInOrder() async throws {
    let server = echoServer()
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/ws")
    probe.connect()
    #expect(await probe.next() == .opened)
    let texts = ["", "a", "ä€😀", String(repeating: "x", count: 125), String(repeating: "y", count: 70_000)]
    probe.perform { client in for text in texts { client.send(text: text) } }
    for text in texts { #expect(await probe.next() == .text(text)) }
    probe.perform { $0.close(.normal, reason: "done") }
    #expect(await probe.next() == .closed(WebSocketClosure(.local, reason: "done")))
  }

  @Test func aPingIsAnsweredAndAPongHeard() async throws {
    let server = echoServer()
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.connect()
    #expect(await probe.next() == .opened)
    probe.perform { $0.sendPing() }
    #expect(await probe.next() == .ponged)
  }

  @Test func framesOfTheClientAreMasked() async throws {
    let frames = Witness<ScriptedPeer.Frame?>()
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      for _ in 0..<3 { frames.see(peer.readFrame()) }
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.connect()
    #expect(await probe.next() == .opened)
    probe.perform {
      $0.send(text: "hello")
      $0.sendPing()
      $0.close(.goingAway, reason: "bye")
    }
    #expect(await frames.next() == .init(firstByte: 0x81, isMasked: true, payload: Array("hello".utf8)))
    #expect(await frames.next() == .init(firstByte: 0x89, isMasked: true, payload: []))
    #expect(await frames.next() == .init(firstByte: 0x88, isMasked: true, payload: [0x03, 0xE9] + Array("bye".utf8)))
  }

  @Test func closingAnswersTheServerOnceAndIsNotDelayedByIt() async throws {
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      peer.waitForEnd()
    }
    defer { server.stop() }
    let options = WebSocketClientOptions(proxy: "", closeMilliseconds: 30)
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/", options)
    probe.connect()
    #expect(await probe.next() == .opened)
    probe.perform { client in
      client.close(.normal, reason: "")
      client.close(.goingAway, reason: "again")
      client.send(text: "too late")
      client.connect()
    }
    #expect(await probe.next() == .closed(WebSocketClosure(.local, reason: "no close frame within 30 ms")))
    #expect(server.clientDescriptorCount == 0)
  }

  @Test func messagesAfterCloseAreNotDelivered() async throws {
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      guard peer.readFrame() != nil else { return }
      peer.write(ScriptedPeer.frame(text: "late") + ScriptedPeer.frame(0x8A, []) + ScriptedPeer.frame(0x88, []))
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.connect()
    #expect(await probe.next() == .opened)
    probe.perform { $0.close(.normal, reason: "") }
    #expect(await probe.next() == .closed(WebSocketClosure(.local, reason: "")))
  }

  @Test func aServerThatLeavesDuringOurCloseIsNoFault() async throws {
    let server = ScriptedServer { peer in
      peer.acceptWebSocket()
      _ = peer.readFrame()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.connect()
    #expect(await probe.next() == .opened)
    probe.perform { $0.close(.normal, reason: "") }
    #expect(await probe.closure()?.cause == .local)
  }

  @Test func closingBeforeItIsOpenAborts() async throws {
    let server = ScriptedServer { $0.waitForEnd() }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.perform { client in
      client.connect()
      client.send(text: "too early")
      client.sendPing()
      client.close(.normal, reason: "")
    }
    #expect(await probe.next() == .closed(WebSocketClosure(.local, reason: "aborted")))
  }

  @Test func abortBeforeConnectDoesNothing() async throws {
    let server = echoServer()
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.perform { client in
      client.abort()
      client.connect()
    }
    #expect(await probe.next() == .opened)
  }

  enum AbortedPhase: CaseIterable { case dialing, securing, upgrading, open, closing, closed }

  @Test(arguments: AbortedPhase.allCases)
  func abortInEveryPhaseClosesOnceAndLeavesNoSocket(in phase: AbortedPhase) async throws {
    let arrived = Witness<Void>()
    let ended = Witness<Void>()
    let server = ScriptedServer { peer in
      switch phase {
      case .dialing, .closed: break
      // The client's TLS hello, which is never answered.
      case .securing: _ = peer.read(count: 1)
      case .upgrading: _ = peer.readHead()
      case .open: peer.acceptWebSocket()
      case .closing:
        peer.acceptWebSocket()
        _ = peer.readFrame()
      }
      arrived.see(())
      peer.waitForEnd()
      ended.see(())
    }
    defer { server.stop() }
    let url = "\(phase == .securing ? "wss" : "ws")://127.0.0.1:\(server.port)/"
    // Nothing but the abort ends it, however long this machine takes.
    let options = WebSocketClientOptions(proxy: "", connectMilliseconds: 60_000, closeMilliseconds: 60_000)
    let probe = WebSocketProbe(url, options) { event, client in
      if event == .opened, phase == .closing { client.close(.normal, reason: "") }
    }
    switch phase {
    case .dialing:
      probe.perform { client in
        client.connect()
        client.abort()
      }
    case .closed:
      probe.connect()
      _ = await arrived.next()
      probe.perform { client in
        client.abort()
        client.abort()
      }
    case .securing, .upgrading, .open, .closing:
      probe.connect()
      _ = await arrived.next()
      if phase == .open { #expect(await probe.next() == .opened) }
      probe.perform { $0.abort() }
    }
    #expect(await probe.closure() == WebSocketClosure(.local, reason: "aborted"))
    if phase != .dialing { _ = await ended.next() }
    #expect(server.clientDescriptorCount == 0)
  }

  @Test func manyConnectionsToOneHostAreNotHeldBack() async throws {
    let server = echoServer()
    defer { server.stop() }
    let probes = (0..<12).map { _ in WebSocketProbe("ws://127.0.0.1:\(server.port)/") }
    for probe in probes { probe.connect() }
    for probe in probes { #expect(await probe.next() == .opened) }
  }

  @Test func aDelegateMayActInsideEachCall() async throws {
    let server = echoServer()
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/") { event, client in
      switch event {
      case .opened: client.send(text: "0")
      case .text(let text):
        if text == "3" { client.close(.normal, reason: "enough") }
        client.send(text: "\((Int(text) ?? 0) + 1)")
        client.sendPing()
      case .ponged, .readFinished, .closed, .binary: client.sendPing()
      }
    }
    probe.connect()
    var texts: [String] = []
    var closure: WebSocketClosure?
    while closure == nil, let event = await probe.next() {
      if case .text(let text) = event { texts.append(text) }
      if case .closed(let end) = event { closure = end }
    }
    #expect(texts == ["0", "1", "2", "3"])
    #expect(closure == WebSocketClosure(.local, reason: "enough"))
  }

  @Test func abortInsideADeliveryEndsItThere() async throws {
    let server = ScriptedServer { peer in
      peer.acceptWebSocket(followedBy: ["a", "b", "c"].flatMap { ScriptedPeer.frame(text: $0) })
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/") { event, client in
      if event == .text("b") { client.abort() }
    }
    probe.connect()
    #expect(await probe.next() == .opened)
    #expect(await probe.next() == .text("a"))
    #expect(await probe.next() == .text("b"))
    #expect(await probe.next() == .closed(WebSocketClosure(.local, reason: "aborted")))
  }

  @Test func nothingIsLeftOfManyConnections() async {
    let certificates = TestCertificates()
    let plain = echoServer()
    let secure = ScriptedServer(identity: certificates.identity()) { peer in
      peer.acceptWebSocket()
      peer.echo()
    }
    defer {
      plain.stop()
      secure.stop()
    }
    let loop = EventLoop(name: "many")
    defer { loop.shutdown() }
    func cycle(_ url: String) async {
      let probe = WebSocketProbe(url, .init(caFile: certificates.caFile, proxy: "")) { event, client in
        if event == .opened { client.close(.normal, reason: "") }
      }
      probe.connect()
      #expect(await probe.closure()?.cause == .local)
    }
    let count = 40
    let before = Self.openDescriptors
    for _ in 0..<count {
      await cycle("ws://127.0.0.1:\(plain.port)/")
      await cycle("wss://127.0.0.1:\(secure.port)/")
    }
    #expect(plain.clientDescriptorCount == 0 && secure.clientDescriptorCount == 0)
    // Other tests run at the same time, and have a few dozen; a leak would cost one descriptor a connection at least.
    #expect(Self.openDescriptors - before < 2 * count)
  }

  private static var openDescriptors: Int {
    (0..<Int32(4_096)).count { fcntl($0, F_GETFD) >= 0 }
  }
}
