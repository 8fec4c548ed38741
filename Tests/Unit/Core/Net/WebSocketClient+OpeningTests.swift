import Glibc
import Net
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct WebSocketClientOpeningTests {
  private func closure(
    _ url: String, _ options: WebSocketClientOptions = WebSocketClientOptions(proxy: "")
  ) async throws -> WebSocketClosure? {
    let probe = WebSocketProbe(url, options)
    probe.connect()
    guard case .closed(let closure) = await probe.next() else { return nil }
    return closure
  }

  private func closure(
    answering script: @escaping @Sendable (ScriptedPeer) -> Void, connectMilliseconds: Int64 = 10_000
  ) async throws -> WebSocketClosure? {
    let server = ScriptedServer(script: script)
    defer { server.stop() }
    let options = WebSocketClientOptions(proxy: "", connectMilliseconds: connectMilliseconds)
    let closure = try await closure("ws://127.0.0.1:\(server.port)/", options)
    #expect(server.clientDescriptorCount == 0)
    return closure
  }

  // MARK: The opening handshake

  @Test func theRequestNamesHostTargetAndHeaders() async throws {
    let heads = Witness<String?>()
    let server = ScriptedServer { heads.see($0.acceptWebSocket()) }
    defer { server.stop() }
    let options = WebSocketClientOptions(proxy: "", headers: [("User-Agent", "marketgate/1")])
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/stream?streams=a/b", options)
    probe.connect()
    let head = await heads.next() ?? nil
    #expect(head?.hasPrefix("GET /stream?streams=a/b HTTP/1.1\r\n") == true)
    #expect(head?.contains("Host: 127.0.0.1:\(server.port)\r\n") == true)
    #expect(head?.contains("User-Agent: marketgate/1\r\n") == true)
  }

  @Test func theAnswerMayComeByteByByte() async throws {
    let server = ScriptedServer { peer in
      guard let head = peer.readHead() else { return }
      for byte in ScriptedPeer.upgradeAnswer(to: head).utf8 { peer.write([byte]) }
      for byte in ScriptedPeer.frame(text: "hello") { peer.write([byte]) }
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.connect()
    #expect(await probe.next() == .opened)
    #expect(await probe.next() == .text("hello"))
  }

  @Test func framesMayComeWithTheAnswer() async throws {
    let server = ScriptedServer { peer in
      peer.acceptWebSocket(followedBy: ScriptedPeer.frame(text: "a") + ScriptedPeer.frame(0x82, [1, 2]))
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("ws://127.0.0.1:\(server.port)/")
    probe.connect()
    #expect(await probe.next() == .opened)
    #expect(await probe.next() == .text("a"))
    #expect(await probe.next() == .binary([1, 2]))
  }

  @Test func anotherAcceptValueIsAFailedHandshake() async throws {
    let end = try await closure(answering: { peer in
      guard let head = peer.readHead() else { return }
      let value = ScriptedPeer.acceptValue(to: head)
      peer.write(ScriptedPeer.upgradeAnswer(to: head).replacing(value, with: String(value.reversed())))
      peer.waitForEnd()
    })
    #expect(end?.cause == .handshake(status: 101))
  }

  @Test(arguments: [400, 403, 429, 503]) func anotherStatusIsAFailedHandshake(status: Int) async throws {
    let end = try await closure(answering: { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n")
      peer.waitForEnd()
    })
    #expect(end == WebSocketClosure(.handshake(status: status), reason: "the server answered \(status)"))
  }

  @Test func whatIsNoHTTPIsAFailedHandshake() async throws {
    let end = try await closure(answering: { peer in
      peer.write("220 smtp.example ESMTP\r\n\r\n")
      peer.waitForEnd()
    })
    #expect(end?.cause == .handshake(status: nil))
  }

  @Test func anEndInTheHandshakeIsBroken() async throws {
    let ended = try await closure(answering: { _ = $0.readHead() })
    #expect(ended == WebSocketClosure(.broken, reason: "the server ended the connection"))
    let reset = try await closure(answering: { peer in
      _ = peer.readHead()
      peer.reset()
    })
    #expect(reset?.cause == .broken)
  }

  @Test func aSilentServerIsATimeout() async throws {
    let end = try await closure(answering: { $0.waitForEnd() }, connectMilliseconds: 30)
    #expect(end == WebSocketClosure(.timeout, reason: "not open within 30 ms"))
  }

  // MARK: The connection

  @Test(arguments: ["", "http://a/", "ws://", "ws://user@a/", "wss://a#b"])
  func whatIsNoURLIsNoConnection(url: String) async throws {
    #expect(try await closure(url) == WebSocketClosure(.connect, reason: "not a ws or wss URL"))
  }

  @Test func aRefusedPortIsNoConnection() async throws {
    let (port, descriptor) = ScriptedServer.deafPort()
    defer { close(descriptor) }
    #expect(try await closure("ws://127.0.0.1:\(port)/")?.cause == .connect)
    #expect(try await closure("wss://127.0.0.1:\(port)/")?.cause == .connect)
  }

  @Test func aNameWithoutAddressIsNotResolved() async throws {
    #expect(try await closure("wss://nonexistent.invalid/")?.cause == .resolve)
  }

  // MARK: Proxies

  @Test func bothSchemesGoThroughTheTunnel() async throws {
    let certificates = TestCertificates()
    for isSecure in [false, true] {
      let identity = isSecure ? certificates.identity(for: "DNS:exchange.test") : nil
      let server = ScriptedServer(identity: identity) { peer in
        peer.acceptWebSocket()
        peer.echo()
      }
      let proxy = TunnelProxy(to: server.port)
      defer {
        server.stop()
        proxy.stop()
      }
      let probe = WebSocketProbe(
        "\(isSecure ? "wss" : "ws")://exchange.test/ws", .init(caFile: certificates.caFile, proxy: proxy.url))
      probe.connect()
      #expect(await probe.next() == .opened)
      probe.perform { $0.send(text: "hello") }
      #expect(await probe.next() == .text("hello"))
      let head = await proxy.heads.next()
      #expect(head?.hasPrefix("CONNECT exchange.test:\(isSecure ? 443 : 80) HTTP/1.1\r\n") == true)
    }
  }

  @Test func aProxyThatWillNotTunnelIsNoConnection() async throws {
    let proxy = TunnelProxy(to: 1, refusal: "407 Proxy Authentication Required")
    defer { proxy.stop() }
    #expect(try await closure("wss://exchange.test/", .init(proxy: proxy.url))?.cause == .connect)
  }

  @Test func aProxyThatIsNotThereIsNoConnection() async throws {
    let (port, descriptor) = ScriptedServer.deafPort()
    defer { close(descriptor) }
    let end = try await closure("wss://exchange.test/", .init(proxy: "http://127.0.0.1:\(port)"))
    #expect(end?.cause == .connect)
  }
}
