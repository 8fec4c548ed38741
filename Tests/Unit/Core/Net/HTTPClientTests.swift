import Glibc
import Net
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
  /// Python: `gzip.compress(document, mtime=0)` and `zlib.compress(document)`.
  static let document = #"{"serverTime":1700000000000,"pad":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#
  static let gzipped =
    "1f8b0800000000000203ab562a4e2d2a4b2d0ac9cc4d55b232343740001da582c414252ba5449281522d00a16dcaee57000000"
  static let deflated = "789cab562a4e2d2a4b2d0ac9cc4d55b232343740001da582c414252ba5449281522d00bfc31d2a"

  private func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private func answering(_ head: String, _ body: [UInt8] = []) -> ScriptedServer {
    ScriptedServer { peer in
      guard peer.readHead() != nil else { return }
      peer.write(Array(head.utf8) + body)
      peer.waitForEnd()
    }
  }

  @Test func statusHeadersAndBodyArriveWhole() async throws {
    let server = answering("HTTP/1.1 418 Teapot\r\nX-MBX-Used-Weight: 12\r\nContent-Length: 5\r\n\r\nhello")
    defer { server.stop() }
    let before = EventLoop.wallClockMicroseconds
    let response = try await withHTTPClient { try await $0.send(.init(url: "http://127.0.0.1:\(server.port)/x")) }
    #expect(response.status == 418)
    #expect(response.header("x-mbx-used-weight") == "12")
    #expect(response.header("absent") == nil)
    #expect(response.body == Array("hello".utf8))
    #expect((before...EventLoop.wallClockMicroseconds).contains(response.sentMicroseconds))
  }

  @Test(arguments: [("gzip", HTTPClientTests.gzipped), ("deflate", HTTPClientTests.deflated)])
  func compressedBodiesAreUndone(encoding: String, hex: String) async throws {
    let body = bytes(hex)
    let server = answering(
      "HTTP/1.1 200 OK\r\nContent-Encoding: \(encoding)\r\nContent-Length: \(body.count)\r\n\r\n", body)
    defer { server.stop() }
    let response = try await withHTTPClient { try await $0.send(.init(url: "http://127.0.0.1:\(server.port)/")) }
    #expect(String(decoding: response.body, as: UTF8.self) == Self.document)
  }

  /// Without TLS there is no HTTP/2 to wait for.
  @Test func aSlowAnswerHoldsUpNobodyElse() async throws {
    let asked = Inbox<Void>()
    let server = ScriptedServer { peer in
      guard let head = peer.readHead() else { return }
      if head.hasPrefix("GET /slow ") { asked.add(()) } else { peer.write("HTTP/1.1 204 No Content\r\n\r\n") }
      peer.waitForEnd()
    }
    defer { server.stop() }
    let address = "http://127.0.0.1:\(server.port)"
    let status = try await withHTTPClient { client in
      let slow = Task { try? await client.send(.init(url: address + "/slow")) }
      try await asked.next()
      let answer = try await client.send(.init(url: address + "/"))
      slow.cancel()
      return answer.status
    }
    #expect(status == 204)
  }

  @Test func chunkedBodiesAreJoined() async throws {
    let server = answering(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: 1\r\n\r\n")
    defer { server.stop() }
    let response = try await withHTTPClient { try await $0.send(.init(url: "http://127.0.0.1:\(server.port)/")) }
    #expect(response.body == Array("abcdefg".utf8))
    #expect(response.header("trailer") == nil)
  }

  @Test func aBodyWithoutLengthEndsWithTheConnection() async throws {
    let server = ScriptedServer { peer in
      guard peer.readHead() != nil else { return }
      peer.write("HTTP/1.0 200 OK\r\n\r\nall of it")
    }
    defer { server.stop() }
    let response = try await withHTTPClient { try await $0.send(.init(url: "http://127.0.0.1:\(server.port)/")) }
    #expect(response.body == Array("all of it".utf8))
  }

  @Test func theRequestSaysWhoAsksAndWhatItTakes() async throws {
    let heads = Witness<String>()
    let server = ScriptedServer { peer in
      guard let head = peer.readHead() else { return }
      heads.see(head)
      peer.write("HTTP/1.1 204 No Content\r\n\r\n")
    }
    defer { server.stop() }
    let options = HTTPClientOptions(proxy: "", userAgent: "marketgate/1.2.3")
    _ = try await withHTTPClient(options) {
      try await $0.send(.init(url: "http://127.0.0.1:\(server.port)/a?b=c", headers: [("X-One", "1"), ("X-None", "")]))
    }
    let head = try #require(await heads.next())
    #expect(head.hasPrefix("GET /a?b=c HTTP/1.1\r\n"))
    #expect(head.contains("User-Agent: marketgate/1.2.3\r\n"))
    #expect(head.contains("X-One: 1\r\n"))
    #expect(head.contains("X-None:\r\n"))
    let encodings = try #require(head.split(separator: "\r\n").first { $0.hasPrefix("Accept-Encoding:") })
    #expect(encodings.contains("gzip") && encodings.contains("deflate"))
  }

  /// Past a megabyte libcurl would ask for permission first, with `Expect: 100-continue`.
  @Test(arguments: [0, 1, 1_100_000])
  func aPostCarriesItsBodyAsItIs(count: Int) async throws {
    let body = [UInt8](repeating: 0, count: count)
    let heads = Witness<String>()
    let bodies = Witness<[UInt8]>()
    let server = ScriptedServer { peer in
      guard let head = peer.readHead() else { return }
      heads.see(head)
      bodies.see(peer.read(count: body.count))
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    defer { server.stop() }
    _ = try await withHTTPClient {
      try await $0.send(.init(method: "POST", url: "http://127.0.0.1:\(server.port)/info", body: body))
    }
    let head = try #require(await heads.next())
    #expect(head.hasPrefix("POST /info HTTP/1.1\r\n"))
    #expect(head.contains("Content-Length: \(body.count)\r\n"))
    #expect(!head.contains("Expect:") && !head.contains("Content-Type:"))
    #expect(await bodies.next() == body)
  }

  @Test func aPostKeepsItsContentType() async throws {
    let heads = Witness<String>()
    let server = ScriptedServer { peer in
      heads.see(peer.readHead() ?? "")
      _ = peer.read(count: 2)
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)/"
    _ = try await withHTTPClient {
      try await $0.send(
        .init(method: "POST", url: url, headers: [("content-type", "application/json")], body: Array("{}".utf8)))
    }
    #expect(await heads.next()?.contains("content-type: application/json\r\n") == true)
  }

  @Test func redirectsAreAnswers() async throws {
    let server = answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
    defer { server.stop() }
    let response = try await withHTTPClient { try await $0.send(.init(url: "http://127.0.0.1:\(server.port)/")) }
    #expect(response.status == 302)
  }

  @Test func aTunnelLeadsToASecureServer() async throws {
    let certificates = TestCertificates()
    let server = ScriptedServer(identity: certificates.identity(for: "DNS:exchange.test")) { peer in
      guard peer.readHead() != nil else { return }
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      peer.waitForEnd()
    }
    let proxy = TunnelProxy(to: server.port)
    defer {
      server.stop()
      proxy.stop()
    }
    let response = try await withHTTPClient(HTTPClientOptions(caFile: certificates.caFile, proxy: proxy.url)) {
      try await $0.send(.init(url: "https://exchange.test/time"))
    }
    #expect(response.body == Array("ok".utf8))
    #expect(response.header("via") == nil)
    #expect(await proxy.heads.next()?.hasPrefix("CONNECT exchange.test:443 HTTP/1.1\r\n") == true)
  }

  @Test func aProxyThatWillNotTunnelIsNoConnection() async {
    let proxy = TunnelProxy(to: 1, refusal: "403 Forbidden")
    defer { proxy.stop() }
    let error = await withHTTPClient(HTTPClientOptions(proxy: proxy.url)) {
      await failure(of: $0, .init(url: "https://exchange.test/time"))
    }
    #expect(error?.kind == .connect)
    #expect(error?.message == "https://exchange.test/time: the proxy answered 403")
  }

  @Test func aPlainRequestGoesThroughTheProxyByItsWholeURL() async throws {
    let heads = Witness<String>()
    let proxy = ScriptedServer { peer in
      heads.see(peer.readHead() ?? "")
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    defer { proxy.stop() }
    _ = try await withHTTPClient(HTTPClientOptions(proxy: "http://127.0.0.1:\(proxy.port)")) {
      try await $0.send(.init(url: "http://exchange.test/time"))
    }
    #expect(await heads.next()?.hasPrefix("GET http://exchange.test/time HTTP/1.1\r\n") == true)
  }
}
