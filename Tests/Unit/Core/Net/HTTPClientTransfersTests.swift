import Net
import Support
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTransfersTests {
  private func keepingAlive() -> ScriptedServer {
    ScriptedServer { peer in
      while let head = peer.readHead() {
        let path = head.split(separator: " ")[1]
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
      }
    }
  }

  @Test func aHundredRequestsShareFourConnections() async throws {
    let server = keepingAlive()
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    let bodies = await withHTTPClient { client in
      await withTaskGroup(of: [UInt8]?.self) { group in
        for index in 0..<100 {
          group.addTask { try? await client.send(.init(url: "\(url)/\(index)")).body }
        }
        var bodies: Set<String> = []
        for await body in group { bodies.insert(String(decoding: body ?? [], as: UTF8.self)) }
        return bodies
      }
    }
    #expect(bodies == Set((0..<100).map { "/\($0)" }))
    #expect((1...4).contains(server.connectionCount))
  }

  @Test func aConnectionIsUsedAgain() async throws {
    let server = keepingAlive()
    defer { server.stop() }
    try await withHTTPClient { client in
      for _ in 0..<10 { _ = try await client.send(.init(url: "http://127.0.0.1:\(server.port)/")) }
    }
    #expect(server.connectionCount == 1)
  }

  // MARK: Versions

  /// A server over TLS that says which protocol was agreed on, and speaks HTTP/1.1 all the same.
  private func agreeing(_ certificates: TestCertificates, _ seen: Witness<String?>) -> ScriptedServer {
    let server = ScriptedServer(identity: certificates.identity()) { peer in
      seen.see(peer.agreedProtocol)
      while peer.readHead() != nil { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
    }
    server.agreesOnFirstProtocol()
    return server
  }

  @Test func aLongBodyIsAskedForByHTTP11AndAnyOtherByHTTP2() async throws {
    let (certificates, seen) = (TestCertificates(), Witness<String?>())
    let server = agreeing(certificates, seen)
    defer { server.stop() }
    let url = "https://127.0.0.1:\(server.port)/"
    try await withHTTPClient(HTTPClientOptions(caFile: certificates.caFile, proxy: "")) { client in
      for _ in 0..<3 {
        let answer = try await client.send(HTTPClientRequest(url: url, expectsLongBody: true))
        #expect(answer.body == Array("ok".utf8))
      }
      #expect(await seen.next() == "http/1.1")
      // The script's answer is no HTTP/2.
      #expect(await failure(of: client, HTTPClientRequest(url: url))?.kind == .broken)
      #expect(await seen.next() == "h2")
    }
    #expect(server.connectionCount == 2)
  }

  @Test func withoutTLSAllShareTheirConnections() async throws {
    let server = keepingAlive()
    defer { server.stop() }
    try await withHTTPClient { client in
      for isLong in [false, true, false, true] {
        _ = try await client.send(.init(url: "http://127.0.0.1:\(server.port)/", expectsLongBody: isLong))
      }
    }
    #expect(server.connectionCount == 1)
  }

  @Test func aRequestAfterABrokenOneIsUnharmed() async throws {
    let server = ScriptedServer { peer in
      while let head = peer.readHead() {
        if head.hasPrefix("GET /bad") { return peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") }
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    try await withHTTPClient { client in
      #expect(await failure(of: client, .init(url: "\(url)/bad"))?.kind == .broken)
      let response = try await client.send(.init(url: "\(url)/good"))
      #expect(response.body == Array("ok".utf8))
    }
  }

  @Test func theDeadlineCoversASilentServerAndTheWaitForAConnection() async {
    let server = ScriptedServer { $0.waitForEnd() }
    defer { server.stop() }
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/?key=secret", timeoutMilliseconds: 50)
    let errors = await withHTTPClient { client in
      // Four connect; the fifth and sixth wait for a connection, where libcurl itself has no deadline.
      await withTaskGroup(of: HTTPClientError?.self) { group in
        for _ in 0..<6 { group.addTask { await failure(of: client, request) } }
        var errors: [HTTPClientError?] = []
        for await error in group { errors.append(error) }
        return errors
      }
    }
    #expect(errors.map { $0?.kind } == Array(repeating: .timeout, count: 6))
    #expect(errors.allSatisfy { $0?.message == "http://127.0.0.1:\(server.port)/: no whole answer within 50 ms" })
    #expect(server.clientDescriptorCount == 0)
  }

  @Test func cancellingTheTaskEndsTheTransfer() async throws {
    let asked = Witness<Void>()
    let ended = Witness<Void>()
    let server = ScriptedServer { peer in
      _ = peer.readHead()
      asked.see(())
      peer.waitForEnd()
      ended.see(())
    }
    defer { server.stop() }
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/")
    await withHTTPClient { client in
      let task = Task { await failure(of: client, request) }
      _ = await asked.next()
      task.cancel()
      #expect(await task.value?.kind == .cancelled)
      _ = await ended.next()
    }
  }

  @Test func aTaskCancelledBeforeItAsksSendsNothing() async {
    let server = keepingAlive()
    defer { server.stop() }
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/")
    await withHTTPClient { client in
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return await failure(of: client, request)
      }
      #expect(await task.value?.kind == .cancelled)
    }
    #expect(server.connectionCount == 0)
  }

  @Test func cancellingDuringALookupReturnsAtOnce() async {
    await withHTTPClient { client in
      let task = Task { await failure(of: client, .init(url: "http://nonexistent.invalid/")) }
      task.cancel()
      let kind = await task.value?.kind
      #expect(kind == .cancelled || kind == .resolve)
    }
  }

  @Test func shutdownEndsWhatRunsAndRefusesWhatComes() async throws {
    let asked = Witness<Void>()
    let server = ScriptedServer { peer in
      _ = peer.readHead()
      asked.see(())
      peer.waitForEnd()
    }
    defer { server.stop() }
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/")
    await withHTTPClient { client in
      let task = Task { await failure(of: client, request) }
      _ = await asked.next()
      await client.shutdown()
      #expect(await task.value?.kind == .cancelled)
      #expect(await failure(of: client, request)?.kind == .cancelled)
      await client.shutdown()
    }
    #expect(server.clientDescriptorCount == 0)
  }

  @Test func aClientThatIsLetGoClosesItsConnections() async throws {
    let ended = Witness<Void>()
    let server = ScriptedServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      peer.waitForEnd()
      ended.see(())
    }
    defer { server.stop() }
    let loop = EventLoop(name: "let-go")
    defer { loop.shutdown() }
    do {
      let client = HTTPClient(loop: loop, options: .init(proxy: ""))
      _ = try await client.send(.init(url: "http://127.0.0.1:\(server.port)/"))
    }
    _ = await ended.next()
  }
}
