import Support
import Synchronization
import Testing
import Wire

@testable import Net

/// Requests that are answered from the answer to the same bytes before.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerConnectionRepeatsTests {
  /// A handler of one repeatable answer: how often it was called, what is repeated, and with which age.
  private final class Kept: Sendable {
    let calls = Atomic(0)
    let content = Lock<HTTPRepeat.Content?>(nil)

    init(_ text: String) { content.withLock { $0 = HTTPRepeat.Content(TestHandler.shared(text), age: 7) } }

    var handler: HTTPHandler {
      { request, context in
        self.calls.add(1, ordering: .relaxed)
        var response = HTTPResponse(.ok, body: .shared(TestHandler.shared("first")))
        response.headers["Age"] = "0"
        response.headers["X-Own"] = request.headers["X-Own"] ?? "none"
        return .repeatable(response, HTTPRepeat { self.content.withLock { $0 } })
      }
    }
  }

  private let get = "GET /kept HTTP/1.1\r\nHost: a\r\n\r\n"

  /// What the server answers to some requests on one connection, each sent when the answer before is there.
  private func answers(
    _ port: UInt16, to requests: [String], between: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> [(head: String, body: String)] {
    try await onThread {
      let client = try RawSocket(port: port)
      var answers: [(head: String, body: String)] = []
      for (index, request) in requests.enumerated() {
        client.send(request)
        answers.append(try client.readResponse())
        between(index)
      }
      return answers
    }
  }

  @Test func theSameBytesAreAnsweredWithoutTheHandler() async throws {
    let kept = Kept("again")
    try await withServer(handler: kept.handler) { test in
      let answers = try await answers(test.port, to: [get, get, get])
      #expect(answers.map(\.body) == ["first", "again", "again"])
      #expect(kept.calls.load(ordering: .relaxed) == 1)
      #expect(answers.map { $0.head.contains("\r\nAge: 7\r\n") } == [false, true, true])
      let ids = answers.compactMap { $0.head.split(separator: "\r\n").first { $0.hasPrefix("X-Request-Id: ") } }
      #expect(Set(ids).count == 3)
      for answer in answers {
        #expect(answer.head.contains("\r\nDate: ") && answer.head.contains("\r\nX-Own: none\r\n"))
      }
      #expect(test.counters.requests.value == 3 && test.counters.responses(statusClass: 2) == 3)
    }
  }

  @Test func anotherConnectionOfTheLoopIsAnsweredTheSameWay() async throws {
    let kept = Kept("again")
    try await withServer(handler: kept.handler) { test in
      _ = try await answers(test.port, to: [get])
      let answers = try await answers(test.port, to: [get, get])
      #expect(answers.map(\.body) == ["again", "again"])
    }
  }

  @Test func otherBytesAreAnotherRequest() async throws {
    let kept = Kept("again")
    try await withServer(handler: kept.handler) { test in
      let other = "GET /kept HTTP/1.1\r\nHost: a\r\nX-Own: b\r\n\r\n"
      let answers = try await answers(test.port, to: [get, other, get, other])
      #expect(answers.map { $0.head.contains("X-Own: b") } == [false, true, false, true])
      #expect(kept.calls.load(ordering: .relaxed) == 2)
    }
  }

  @Test func whatNoLongerHoldsIsAskedForAnew() async throws {
    let kept = Kept("again")
    try await withServer(handler: kept.handler) { test in
      let answers = try await answers(test.port, to: [get, get, get]) { index in
        if index == 1 { kept.content.withLock { $0 = nil } }
      }
      #expect(answers.map(\.body) == ["first", "again", "first"])
      #expect(kept.calls.load(ordering: .relaxed) == 2)
    }
  }

  @Test func aLargeContentGoesAsItIs() async throws {
    let text = String(repeating: "x", count: HTTPSerializer.copiedBodyBytes + 1)
    let content = TestHandler.shared(text)
    let handler: HTTPHandler = { _, _ in
      .repeatable(HTTPResponse(.ok, body: .shared(content)), HTTPRepeat { HTTPRepeat.Content(content, age: 0) })
    }
    try await withServer(handler: handler) { test in
      let answers = try await answers(test.port, to: [get, get])
      #expect(answers.map(\.body) == [text, text])
    }
  }

  @Test func headIsAnsweredWithoutContent() async throws {
    let kept = Kept("again")
    try await withServer(handler: kept.handler) { test in
      let head = "HEAD /kept HTTP/1.1\r\nHost: a\r\n\r\n"
      let text = try await onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        client.send(get)
        _ = try client.readResponse()
        client.send(head)
        client.send(head)
        client.send("GET /kept HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return try client.readTextToEnd()
      }
      #expect(occurrences(of: "HTTP/1.1 200 OK", in: text) == 3)
      #expect(text.hasSuffix("first"))
      #expect(occurrences(of: "first", in: text) == 1 && !text.contains("again"))
    }
  }

  @Test func twoRequestsInOnePieceAreKeptByNoName() async throws {
    let kept = Kept("again")
    try await withServer(handler: kept.handler) { test in
      let bodies = try await onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        client.send(get)
        _ = try client.readResponse()
        return try (0..<2).flatMap { _ in
          client.send(get + get)
          return [try client.readResponse().body, try client.readResponse().body]
        }
      }
      #expect(bodies == ["first", "first", "first", "first"])
      let other = "POST /kept HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
      let mixed = try await onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        return try (0..<2).flatMap { _ in
          client.send(other + get)
          return [try client.readResponse().body, try client.readResponse().body]
        }
      }
      #expect(mixed == ["first", "first", "first", "first"])
    }
  }

  private func occurrences(of part: String, in text: String) -> Int {
    text.indices.count { text[$0...].hasPrefix(part) }
  }
}
