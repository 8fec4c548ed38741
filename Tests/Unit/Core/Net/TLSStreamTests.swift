import Net
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct TLSStreamTests {
  private let certificates = TestCertificates()

  private func echoServer(_ names: String, validSeconds: ClosedRange<Int> = -60...3_600) -> ScriptedServer {
    ScriptedServer(identity: certificates.identity(for: names, validSeconds: validSeconds)) { peer in
      peer.acceptWebSocket()
      peer.echo()
    }
  }

  private func first(_ url: String, caFile: String? = nil) async throws -> WebSocketProbe.Event? {
    let probe = WebSocketProbe(url, .init(caFile: caFile ?? certificates.caFile, proxy: ""))
    probe.connect()
    return await probe.next()
  }

  private func tlsReason(_ event: WebSocketProbe.Event?) -> String? {
    guard case .closed(let closure) = event, closure.cause == .tls else { return nil }
    return closure.reason
  }

  @Test func aCertificateForTheAddressIsAccepted() async throws {
    let server = echoServer("IP:127.0.0.1")
    defer { server.stop() }
    #expect(try await first("wss://127.0.0.1:\(server.port)/") == .opened)
  }

  @Test func aCertificateForTheNameIsAcceptedAndTheNameAskedFor() async throws {
    let names = Witness<String?>()
    let server = ScriptedServer(identity: certificates.identity(for: "DNS:localhost,IP:127.0.0.1")) { peer in
      names.see(peer.serverName)
      peer.acceptWebSocket()
      peer.waitForEnd()
    }
    defer { server.stop() }
    #expect(try await first("wss://localhost:\(server.port)/") == .opened)
    #expect(await names.next() == "localhost")
    // RFC 6066 section 3: no address in SNI.
    #expect(try await first("wss://127.0.0.1:\(server.port)/") == .opened)
    #expect(await names.next() == .some(nil))
  }

  @Test func aCertificateOfAnUnknownAuthorityIsRefused() async throws {
    let server = echoServer("IP:127.0.0.1")
    defer { server.stop() }
    let others = TestCertificates()
    let reason = tlsReason(try await first("wss://127.0.0.1:\(server.port)/", caFile: others.caFile))
    #expect(reason?.hasPrefix("certificate not accepted: ") == true)
  }

  @Test func aCertificateOfAnotherHostIsRefused() async throws {
    let address = echoServer("IP:127.0.0.2,DNS:localhost")
    let name = echoServer("IP:127.0.0.1,DNS:other.test,DNS:*.localhost")
    defer {
      address.stop()
      name.stop()
    }
    #expect(
      tlsReason(try await first("wss://127.0.0.1:\(address.port)/")) == "certificate not accepted: IP address mismatch")
    #expect(
      tlsReason(try await first("wss://localhost:\(name.port)/")) == "certificate not accepted: hostname mismatch")
  }

  @Test func anExpiredCertificateIsRefused() async throws {
    let server = echoServer("IP:127.0.0.1", validSeconds: -7_200 ... -3_600)
    defer { server.stop() }
    let reason = tlsReason(try await first("wss://127.0.0.1:\(server.port)/"))
    #expect(reason == "certificate not accepted: certificate has expired")
  }

  @Test func aServerThatKnowsOldTLSOnlyIsRefused() async throws {
    let server = ScriptedServer(identity: certificates.identity(), version: .old) { $0.waitForEnd() }
    defer { server.stop() }
    #expect(tlsReason(try await first("wss://127.0.0.1:\(server.port)/"))?.hasPrefix("TLS handshake: ") == true)
  }

  @Test func aStoreThatCannotBeReadIsATLSFailure() async throws {
    let server = echoServer("IP:127.0.0.1")
    defer { server.stop() }
    let reason = tlsReason(try await first("wss://127.0.0.1:\(server.port)/", caFile: "/proc/nonexistent/ca.pem"))
    #expect(reason?.hasPrefix("cannot read the certificates to trust") == true)
  }

  @Test func whatIsNoTLSIsATLSFailure() async throws {
    let server = ScriptedServer { peer in
      _ = peer.read()
      peer.write("HTTP/1.1 400 Bad Request\r\n\r\n")
      peer.waitForEnd()
    }
    defer { server.stop() }
    #expect(tlsReason(try await first("wss://127.0.0.1:\(server.port)/")) != nil)
  }

  @Test func anEndInTheTLSHandshakeIsBrokenNotRefused() async throws {
    let ending = ScriptedServer { _ = $0.read() }
    let resetting = ScriptedServer { peer in
      _ = peer.read()
      peer.reset()
    }
    defer {
      ending.stop()
      resetting.stop()
    }
    let expected = WebSocketClosure(.broken, reason: "the connection ended in the TLS handshake")
    #expect(try await first("wss://127.0.0.1:\(ending.port)/") == .closed(expected))
    #expect(try await first("wss://127.0.0.1:\(resetting.port)/") == .closed(expected))
  }

  @Test func aServerSilentInTheTLSHandshakeIsATimeout() async {
    let server = ScriptedServer { $0.waitForEnd() }
    defer { server.stop() }
    let probe = WebSocketProbe(
      "wss://127.0.0.1:\(server.port)/",
      .init(caFile: certificates.caFile, proxy: "", connectMilliseconds: 30))
    probe.connect()
    #expect(await probe.closure()?.cause == .timeout)
  }

  @Test func keysMayChangeOnTheWay() async throws {
    let server = ScriptedServer(identity: certificates.identity()) { peer in
      peer.acceptWebSocket()
      for _ in 0..<3 {
        guard let frame = peer.readFrame() else { return }
        peer.requestKeyUpdate()
        peer.write(ScriptedPeer.frame(0x81, frame.payload))
      }
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe(
      "wss://127.0.0.1:\(server.port)/", .init(caFile: certificates.caFile, proxy: "")
    ) { event, client in
      switch event {
      case .opened: client.send(text: "0")
      case .text(let text): client.send(text: text + "1")
      case .binary, .ponged, .readFinished, .closed: break
      }
    }
    probe.connect()
    #expect(await probe.next() == .opened)
    for text in ["0", "01", "011"] { #expect(await probe.next() == .text(text)) }
  }

  @Test func smallRecordsAreReadAheadWithoutLoss() async throws {
    let count = 2_000
    let server = ScriptedServer(identity: certificates.identity()) { peer in
      peer.acceptWebSocket()
      // A TLS record each.
      for index in 0..<count { peer.write(ScriptedPeer.frame(text: "\(index)")) }
      peer.waitForEnd()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("wss://127.0.0.1:\(server.port)/", .init(caFile: certificates.caFile, proxy: ""))
    probe.connect()
    #expect(await probe.next() == .opened)
    for index in 0..<count { #expect(await probe.next() == .text("\(index)")) }
  }

  @Test func theEndIsSaidInTLSToo() async throws {
    let ended = Witness<Bool>()
    let server = ScriptedServer(identity: certificates.identity()) { peer in
      peer.acceptWebSocket()
      peer.waitForEnd()
      ended.see(peer.hasCleanEnd)
    }
    defer { server.stop() }
    let probe = WebSocketProbe("wss://127.0.0.1:\(server.port)/", .init(caFile: certificates.caFile, proxy: ""))
    probe.connect()
    #expect(await probe.next() == .opened)
    probe.perform { $0.abort() }
    #expect(await ended.next() == true)
  }

  @Test func anEndWithoutGoodbyeIsBroken() async {
    let server = ScriptedServer(identity: certificates.identity()) { peer in
      peer.acceptWebSocket()
      peer.reset()
    }
    defer { server.stop() }
    let probe = WebSocketProbe("wss://127.0.0.1:\(server.port)/", .init(caFile: certificates.caFile, proxy: ""))
    probe.connect()
    #expect(await probe.closure()?.cause == .broken)
  }
}
