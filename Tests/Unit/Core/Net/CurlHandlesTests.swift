import Net
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct CurlHandlesTests {
  /// What a server was sent.
  private struct Asked: Sendable, Equatable {
    let line: String
    let fields: Set<String>
    let body: String
  }

  /// A server that tells what each request was.
  private func telling(_ seen: Witness<Asked>) -> ScriptedServer {
    ScriptedServer { peer in
      while let head = peer.readHead() {
        let lines = head.split(separator: "\r\n").map(String.init)
        let count = lines.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        seen.see(
          Asked(
            line: lines[0], fields: Set(lines.dropFirst().map { String($0.prefix { $0 != ":" }) }),
            body: String(decoding: peer.read(count: count), as: UTF8.self)))
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
    }
  }

  private static let always: Set = ["Host", "User-Agent", "Accept", "Accept-Encoding"]

  /// One request after the other is given the same handle.
  @Test func nothingOfARequestIsLeftForTheNext() async throws {
    let seen = Witness<Asked>()
    let server = telling(seen)
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    try await withHTTPClient { client in
      let post = HTTPClientRequest(
        method: "POST", url: url + "/a", headers: [("Content-Type", "text/a"), ("X-A", "a")], body: Array("aaa".utf8))
      for request in [
        post, .init(url: url + "/b"), .init(method: "POST", url: url + "/c", body: Array("c".utf8)),
        .init(method: "POST", url: url + "/d"), .init(url: url + "/e", headers: [("X-E", "e")]), .init(url: url + "/f"),
      ] {
        let answer = try await client.send(request)
        #expect(answer.body == Array("ok".utf8))
      }
    }
    var asked: [Asked] = []
    for _ in 0..<6 { asked.append(try #require(await seen.next())) }
    let (plain, sent) = (Self.always, Self.always.union(["Content-Length"]))
    #expect(
      asked == [
        Asked(line: "POST /a HTTP/1.1", fields: sent.union(["Content-Type", "X-A"]), body: "aaa"),
        Asked(line: "GET /b HTTP/1.1", fields: plain, body: ""),
        Asked(line: "POST /c HTTP/1.1", fields: sent, body: "c"),
        Asked(line: "POST /d HTTP/1.1", fields: sent, body: ""),
        Asked(line: "GET /e HTTP/1.1", fields: plain.union(["X-E"]), body: ""),
        Asked(line: "GET /f HTTP/1.1", fields: plain, body: ""),
      ])
  }

  /// The memory that a transfer's handle named is gone when the next one fails.
  @Test func whatFailsDoesNotHarmTheNext() async throws {
    let seen = Witness<Asked>()
    let server = telling(seen)
    defer { server.stop() }
    try await withHTTPClient { client in
      for _ in 0..<3 {
        #expect(await failure(of: client, .init(url: "http://127.0.0.1:1/"))?.kind == .connect)
        #expect(await failure(of: client, .init(url: "http://[/"))?.kind == .invalidRequest)
        let answer = try await client.send(.init(url: "http://127.0.0.1:\(server.port)/"))
        #expect(answer.body == Array("ok".utf8))
      }
    }
  }

  /// More at once than handles are kept, twice.
  @Test func moreThanAreKeptAreAnswered() async throws {
    let seen = Witness<Asked>()
    let server = telling(seen)
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    await withHTTPClient { client in
      for _ in 0..<2 {
        let answered = await withTaskGroup(of: Bool.self) { group in
          for index in 0..<40 {
            group.addTask { (try? await client.send(.init(url: "\(url)/\(index)")).body) == Array("ok".utf8) }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(answered == 40)
      }
    }
  }
}
