import Glibc
import Net
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTransferTests {
  private func error(
    answer: String, thenReset: Bool = false, maxBodyBytes: Int = 1_000, options: HTTPClientOptions = .init(proxy: "")
  ) async -> HTTPClientError? {
    let server = ScriptedServer { peer in
      guard peer.readHead() != nil else { return }
      peer.write(answer)
      if thenReset { peer.reset() }
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)/path?signature=secret"
    let error = await withHTTPClient(options) {
      await failure(of: $0, .init(url: url, maxBodyBytes: maxBodyBytes))
    }
    #expect(error?.message.contains("/path") != false)
    #expect(error?.message.contains("secret") != true)
    return error
  }

  @Test func aTruncatedBodyIsBroken() async {
    #expect(await error(answer: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")?.kind == .broken)
  }

  @Test func atruncatedChunkedBodyIsBroken() async {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"
    #expect(await error(answer: answer)?.kind == .broken)
  }

  @Test func aResetInTheBodyIsBroken() async {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
    #expect(await error(answer: answer, thenReset: true)?.kind == .broken)
  }

  @Test func anEndBeforeAnyAnswerIsBroken() async {
    #expect(await error(answer: "")?.kind == .broken)
  }

  @Test func badCompressionIsBroken() async {
    let answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip"
    #expect(await error(answer: answer)?.kind == .broken)
  }

  @Test func badChunksAreBroken() async {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n"
    #expect(await error(answer: answer)?.kind == .broken)
  }

  @Test func aBodyAtTheLimitPasses() async {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"
    #expect(await error(answer: answer, maxBodyBytes: 4) == nil)
  }

  @Test func aBodyPastTheLimitIsTooLarge() async {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde"
    #expect(await error(answer: answer, maxBodyBytes: 4)?.kind == .bodyTooLarge)
  }

  @Test func anEndlessBodyIsTooLarge() async {
    let server = ScriptedServer { peer in
      guard peer.readHead() != nil else { return }
      peer.write("HTTP/1.1 200 OK\r\n\r\n")
      let chunk = [UInt8](repeating: 0x61, count: 100_000)
      for _ in 0..<100 { peer.write(chunk) }
    }
    defer { server.stop() }
    let error = await withHTTPClient {
      await failure(of: $0, .init(url: "http://127.0.0.1:\(server.port)/", maxBodyBytes: 1_000_000))
    }
    #expect(error?.kind == .bodyTooLarge)
  }

  @Test func theLimitCountsDecompressedBytes() async {
    let body = HTTPClientTests.document.utf8.count
    #expect(HTTPClientTests.gzipped.utf8.count / 2 < body)
    let hex = Array(HTTPClientTests.gzipped.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
    let gzipped = stride(from: 0, to: hex.count, by: 2).map { hex[$0] << 4 | hex[$0 + 1] }
    let server = ScriptedServer { peer in
      while peer.readHead() != nil {
        peer.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(gzipped.count)\r\n\r\n")
        peer.write(gzipped)
      }
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)/"
    await withHTTPClient { client in
      #expect(await failure(of: client, .init(url: url, maxBodyBytes: body - 1))?.kind == .bodyTooLarge)
      #expect(await failure(of: client, .init(url: url, maxBodyBytes: body)) == nil)
    }
  }

  @Test func endlessHeadersAreBroken() async {
    let options = HTTPClientOptions(proxy: "", maxHeaderFields: 10, maxHeaderBytes: 1_000)
    let fields = (0..<11).map { "X-\($0): 1\r\n" }.joined()
    #expect(await error(answer: "HTTP/1.1 200 OK\r\n\(fields)\r\n", options: options)?.kind == .broken)
    let long = String(repeating: "a", count: 1_000)
    #expect(await error(answer: "HTTP/1.1 200 OK\r\nX: \(long)\r\n\r\n", options: options)?.kind == .broken)
  }

  @Test func whatIsNoHTTPIsBroken() async {
    #expect(await error(answer: "SSH-2.0-OpenSSH_9.2\r\n")?.kind == .broken)
  }

  @Test func aRefusedPortIsNoConnection() async {
    let (port, descriptor) = ScriptedServer.deafPort()
    defer { close(descriptor) }
    let error = await withHTTPClient { await failure(of: $0, .init(url: "http://127.0.0.1:\(port)/?key=secret")) }
    #expect(error?.kind == .connect)
    #expect(error?.message.contains("secret") == false)
  }

  @Test func aNameWithoutAddressIsNotResolved() async {
    let error = await withHTTPClient { await failure(of: $0, .init(url: "http://nonexistent.invalid/?key=secret")) }
    #expect(error?.kind == .resolve)
    #expect(error?.message.contains("secret") == false)
  }

  @Test func anAddressThatIsNoneIsAnInvalidRequest() async {
    await withHTTPClient { client in
      #expect(await failure(of: client, .init(url: "http://"))?.kind == .invalidRequest)
      #expect(await failure(of: client, .init(url: "http://a:99999/"))?.kind == .invalidRequest)
      #expect(await failure(of: client, .init(method: "PUT", url: "http://a/"))?.kind == .invalidRequest)
    }
  }

  private func secure(
    _ url: (UInt16) -> String, names: String, validSeconds: ClosedRange<Int> = -60...3_600, trusts: Bool
  )
    async -> HTTPClientError?
  {
    let certificates = TestCertificates()
    let other = TestCertificates()
    let server = ScriptedServer(identity: certificates.identity(for: names, validSeconds: validSeconds)) { peer in
      guard peer.readHead() != nil else { return }
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    defer { server.stop() }
    let request = HTTPClientRequest(url: url(server.port))
    return await withHTTPClient(.init(caFile: trusts ? certificates.caFile : other.caFile, proxy: "")) {
      await failure(of: $0, request)
    }
  }

  @Test func aCertificateOfATrustedAuthorityIsAccepted() async {
    #expect(await secure({ "https://127.0.0.1:\($0)/" }, names: "IP:127.0.0.1", trusts: true) == nil)
    #expect(await secure({ "https://localhost:\($0)/" }, names: "DNS:localhost", trusts: true) == nil)
  }

  @Test func aCertificateOfAnUnknownAuthorityIsRefused() async {
    let error = await secure({ "https://127.0.0.1:\($0)/" }, names: "IP:127.0.0.1", trusts: false)
    #expect(error?.kind == .tls)
    #expect(error?.refusal == .untrusted)
  }

  @Test func aCertificateOfAnotherHostIsRefused() async {
    let address = await secure({ "https://127.0.0.1:\($0)/" }, names: "IP:127.0.0.2", trusts: true)
    let name = await secure({ "https://localhost:\($0)/" }, names: "DNS:other.test", trusts: true)
    for error in [address, name] {
      #expect(error?.kind == .tls)
      #expect(error?.refusal == .wrongHost)
    }
  }

  @Test func anExpiredCertificateIsRefused() async {
    let error = await secure(
      { "https://127.0.0.1:\($0)/" }, names: "IP:127.0.0.1", validSeconds: -7_200 ... -3_600, trusts: true)
    #expect(error?.kind == .tls)
    #expect(error?.refusal == .expired)
    #expect(error?.message.contains("expired") == true)
  }

  @Test func aCertificateOfTheFutureIsRefused() async {
    let error = await secure(
      { "https://127.0.0.1:\($0)/" }, names: "IP:127.0.0.1", validSeconds: 3_600...7_200, trusts: true)
    #expect(error?.refusal == .notYetValid)
  }

  @Test func aServerThatKnowsOldTLSOnlyIsRefusedAndNotBecauseOfItsCertificate() async {
    let certificates = TestCertificates()
    let answered = Witness<Void>()
    let server = ScriptedServer(identity: certificates.identity(), version: .old) { peer in
      answered.see(())
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    defer { server.stop() }
    let request = HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/")
    let error = await withHTTPClient(.init(caFile: certificates.caFile, proxy: "")) { await failure(of: $0, request) }
    #expect(error?.kind == .tls)
    #expect(error?.refusal == nil)
  }

  @Test func aMissingCertificateFileIsATLSFailure() async {
    let error = await withHTTPClient(.init(caFile: "/proc/nonexistent/ca.pem", proxy: "")) {
      await failure(of: $0, .init(url: "https://127.0.0.1:1/"))
    }
    // Without a listener the connection may fail first; never is the store of the system taken instead.
    #expect(error?.kind == .tls || error?.kind == .connect)
  }
}
