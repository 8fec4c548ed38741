import COpenSSL
import Support
import Testing

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct TLSSessionsTests {
  private let certificates = TestCertificates()

  // MARK: Resuming

  /// A WebSocket server that tells of each connection whether it was resumed, and ends it when the client does.
  private func server(
    _ seen: Witness<Bool>, _ version: ScriptedServer.Version = .third,
    end: @escaping @Sendable (ScriptedPeer) -> Void = { $0.waitForEnd() }
  ) -> ScriptedServer {
    ScriptedServer(identity: certificates.identity(for: "DNS:localhost,IP:127.0.0.1"), version: version) { peer in
      seen.see(peer.isResumed)
      peer.acceptWebSocket()
      end(peer)
    }
  }

  private func connect(_ server: ScriptedServer, host: String = "localhost") async -> WebSocketProbe.Event? {
    let probe = WebSocketProbe("wss://\(host):\(server.port)/", .init(caFile: certificates.caFile, proxy: ""))
    probe.connect()
    let event = await probe.next()
    probe.perform { $0.abort() }
    return event
  }

  /// Whether the next connection is resumed; nil when it does not come about.
  private func isResumed(_ server: ScriptedServer, _ seen: Witness<Bool>, host: String = "localhost") async -> Bool? {
    guard await connect(server, host: host) == .opened else { return nil }
    return await seen.next()
  }

  @Test(arguments: [ScriptedServer.Version.second, .third])
  func aServerThatIsKnownShowsNoCertificateAgain(version: ScriptedServer.Version) async {
    let seen = Witness<Bool>()
    let server = server(seen, version)
    defer { server.stop() }
    for expected in [false, true, true, true] { #expect(await isResumed(server, seen) == expected) }
  }

  /// The case that matters: an exchange that cuts its streams is called again at once.
  @Test(arguments: [ScriptedServer.Version.second, .third])
  func aConnectionThatWasCutIsResumed(version: ScriptedServer.Version) async {
    let seen = Witness<Bool>()
    let server = server(seen, version) { $0.reset() }
    defer { server.stop() }
    for expected in [false, true, true] { #expect(await isResumed(server, seen) == expected) }
  }

  @Test func aServerThatHasForgottenAgreesAnew() async {
    let seen = Witness<Bool>()
    let server = server(seen)
    defer { server.stop() }
    #expect(await isResumed(server, seen) == false)
    server.forgetSessions()
    #expect(await isResumed(server, seen) == false)
  }

  @Test func whatWasVerifiedForOneNameIsNotTakenForAnother() async {
    let seen = Witness<Bool>()
    let server = server(seen)
    defer { server.stop() }
    #expect(await isResumed(server, seen, host: "localhost") == false)
    #expect(await isResumed(server, seen, host: "127.0.0.1") == false)
  }

  // MARK: What is kept

  private func session(
    _ number: UInt8, version: Int32 = TLS1_3_VERSION, isResumable: Bool = true
  ) throws -> TLSSession {
    let raw = try #require(SSL_SESSION_new())
    defer { SSL_SESSION_free(raw) }
    SSL_SESSION_set_protocol_version(raw, version)
    // One without an id cannot be resumed (SSL_SESSION_is_resumable(3)).
    if isResumable { SSL_SESSION_set1_id(raw, [number], 1) }
    return try #require(TLSSession(copying: raw))
  }

  private func number(_ session: TLSSession?) -> UInt8? {
    var count: UInt32 = 0
    return session.flatMap { SSL_SESSION_get_id($0.raw, &count)?.pointee }
  }

  private let one = TLSSessions.Server(host: "one.test", port: 443)

  @Test func aTicketIsTakenOnceAndTheLatestFirst() throws {
    let sessions = TLSSessions()
    sessions.keep(try session(1), of: one)
    sessions.keep(try session(2), of: one)
    #expect(number(sessions.take(of: one)) == 2)
    #expect(number(sessions.take(of: one)) == 1)
    #expect(sessions.take(of: one) == nil)
  }

  @Test func aSessionOfTLS12IsTakenAgainAndAgain() throws {
    let sessions = TLSSessions()
    sessions.keep(try session(1, version: TLS1_2_VERSION), of: one)
    for _ in 0..<3 { #expect(number(sessions.take(of: one)) == 1) }
  }

  @Test func whatCannotBeResumedIsPassedOver() throws {
    let sessions = TLSSessions()
    sessions.keep(try session(1), of: one)
    sessions.keep(try session(2, isResumable: false), of: one)
    #expect(number(sessions.take(of: one)) == 1)
    sessions.keep(try session(3, version: TLS1_2_VERSION, isResumable: false), of: one)
    #expect(sessions.take(of: one) == nil)
  }

  @Test func aServerHasItsOwnAndNotTooMany() throws {
    let sessions = TLSSessions()
    for index in 1...(TLSSessions.mostOfServer + 1) { sessions.keep(try session(UInt8(index)), of: one) }
    #expect(sessions.take(of: TLSSessions.Server(host: "one.test", port: 8443)) == nil)
    #expect(sessions.take(of: TLSSessions.Server(host: "two.test", port: 443)) == nil)
    let taken = (0...TLSSessions.mostOfServer).map { _ in number(sessions.take(of: one)) }
    #expect(taken == [5, 4, 3, 2, nil])
  }

  @Test func whoComesWhenThereAreManyBeginsAnew() throws {
    let sessions = TLSSessions()
    for port in 1...UInt16(TLSSessions.mostServers) {
      sessions.keep(try session(1), of: TLSSessions.Server(host: "one.test", port: port))
    }
    sessions.keep(try session(2), of: one)
    #expect(sessions.take(of: TLSSessions.Server(host: "one.test", port: 1)) == nil)
    #expect(number(sessions.take(of: one)) == 2)
  }
}
