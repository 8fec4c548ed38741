import Net
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct CurlSessionsTests {
  private let certificates = TestCertificates()

  @Test func eachHandleResumesWhatAnotherHasBegun() async throws {
    let seen = Witness<Bool>()
    let server = server(seen)
    defer { server.stop() }
    let url = "https://127.0.0.1:\(server.port)"
    try await withHTTPClient(HTTPClientOptions(caFile: certificates.caFile, proxy: "")) { client in
      _ = try await client.send(HTTPClientRequest(url: url + "/"))
      #expect(await seen.next() == false)
      let slow = Task { try? await client.send(HTTPClientRequest(url: url + "/slow")) }
      #expect(await seen.next() == true)
      // While that one's answer comes, so that it needs another handle. libcurl lets it go when it has read some of the slow
      // one, and with it the ticket for this one.
      _ = try await client.send(HTTPClientRequest(url: url + "/"))
      #expect(await seen.next() == true)
      slow.cancel()
      _ = await slow.value
    }
  }

  /// A server that tells of each connection whether it was resumed, and answers one request on it; of `/slow` only a part.
  private func server(_ seen: Witness<Bool>) -> ScriptedServer {
    ScriptedServer(identity: certificates.identity()) { peer in
      seen.see(peer.isResumed)
      guard let head = peer.readHead() else { return }
      peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\no")
      if head.hasPrefix("GET /slow ") { peer.waitForEnd() } else { peer.write("k") }
    }
  }

  @Test func clientsHaveTheirOwn() async throws {
    let seen = Witness<Bool>()
    let server = server(seen)
    defer { server.stop() }
    for _ in 0..<2 {
      try await withHTTPClient(HTTPClientOptions(caFile: certificates.caFile, proxy: "")) { client in
        _ = try await client.send(HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/"))
      }
      #expect(await seen.next() == false)
    }
  }
}
