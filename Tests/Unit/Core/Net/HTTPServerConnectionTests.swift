import Net
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct HTTPServerConnectionTests {
  private let get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func answersOneRequestAfterTheOtherOnOneConnection() async throws {
    try await withServer { test in
      let answers = try await onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        return try (0..<3).map { _ in
          client.send(get)
          let (head, body) = try client.readResponse()
          return head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("\r\nDate: ") ? body : head
        }
      }
      #expect(answers == ["hello", "hello", "hello"])
      #expect(test.counters.requests.value == 3)
      #expect(test.counters.responses(statusClass: 2) == 3)
      #expect(test.counters.connectionsAccepted.value == 1)
    }
  }

  @Test func givesEachAnswerTheIDItsHandlerSaw() async throws {
    try await withServer { test in
      let answers = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        return try (0..<2).map { _ in
          client.send("GET /id HTTP/1.1\r\nHost: a\r\n\r\n")
          return try client.readResponse()
        }
      }
      for answer in answers { #expect(answer.head.contains("\r\nX-Request-Id: \(answer.body)\r\n")) }
      #expect(answers[0].body != answers[1].body)
    }
  }

  @Test func namesTheAddressOfTheClient() async throws {
    try await withServer { test in
      let body = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n")
        return try client.readResponse().body
      }
      #expect(body == "127.0.0.1")
    }
  }

  @Test func takesRequestsCutAtEveryByte() async throws {
    try await withServer { test in
      let bodies = try await onThread { [port = test.port] in
        let request = Array("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde".utf8)
        let client = try RawSocket(port: port)
        return try request.indices.map { split in
          client.send(Array(request[..<split]))
          client.send(Array(request[split...]))
          return try client.readResponse().body
        }
      }
      #expect(Set(bodies) == ["abcde"])
    }
  }

  @Test func answersPipelinedRequestsInOrderThoughTheFirstIsLate() async throws {
    let gate = Gate()
    let handler: HTTPHandler = { request, context in
      guard request.path == "/gate" else { return TestHandler.answer(request, context) }
      return .later {
        await gate.pass()
        return TestHandler.text("gate")
      }
    }
    try await withServer(handler: handler) { test in
      let bodies = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
        for _ in 0..<50 { client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n") }
        let other = try RawSocket(port: port)
        other.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try other.readResponse()
        gate.open()
        return try (0..<101).map { _ in try client.readResponse().body }
      }
      #expect(bodies == ["gate"] + Array(repeating: ["later", "hello"], count: 50).flatMap(\.self))
    }
  }

  @Test func stopsReadingWhileTooMuchWaitsBehindARequest() async throws {
    let gate = Gate()
    let handler: HTTPHandler = { request, context in
      guard request.path == "/gate" else { return TestHandler.answer(request, context) }
      return .later {
        await gate.pass()
        return TestHandler.text("gate")
      }
    }
    // Far more than the limit and what kernels hold for a connection: sending it cannot end before the gate opens.
    let count = 4000
    let body = String(repeating: "x", count: 4000)
    try await withServer({ $0.pipelinedBytes = 8192 }, handler: handler) { test in
      let (first, lengths) = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
        let other = try RawSocket(port: port)
        other.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try other.readResponse()
        let sent = client.sendWithoutWaiting(
          Array(
            String(repeating: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n\(body)", count: count)
              .utf8))
        gate.open()
        return (sent, try client.readResponse().body)
      }
      #expect(first < count * 4000)
      #expect(lengths == "gate")
    }
  }

  @Test func beginsNoRequestWhileTheClientTakesNoAnswers() async throws {
    try await withServer { test in
      let (handled, total) = try await onThread { [port = test.port, counters = test.counters] in
        let client = try RawSocket(port: port, receiveBuffer: 4096)
        for _ in 0..<8 { client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n") }
        let other = try RawSocket(port: port)
        other.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try other.readResponse()
        let handled = counters.requests.value
        var total = 0
        for _ in 0..<8 {
          _ = try client.read(until: "\r\n\r\n")
          total += try client.read(TestHandler.large.count).count
        }
        return (handled, total)
      }
      #expect(handled < 5)
      #expect(total == 8 * TestHandler.large.count)
    }
  }

  @Test func aPipelinedCrowdDoesNotKeepAnotherClientWaiting() async throws {
    let (held, gate, order) = (Gate(), ThreadGate(), Lock<[String]>([]))
    let handler: HTTPHandler = { request, context in
      order.withLock { $0.append(request.path) }
      // Both clients' bytes are there when the loop goes on.
      if request.path == "/hold" {
        held.open()
        gate.wait()
      }
      return TestHandler.answer(request, context)
    }
    try await withServer(handler: handler) { test in
      let clients = try await onThread { [port = test.port, get] in
        let clients = try (0..<3).map { _ in try RawSocket(port: port) }
        for client in clients {
          client.send(get)
          _ = try client.readResponse()
        }
        return Held(clients)
      }
      clients.value[2].send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
      await held.pass()
      clients.value[0].send(String(repeating: "GET /crowd HTTP/1.1\r\nHost: a\r\n\r\n", count: 1000))
      clients.value[1].send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
      gate.open()
      try await onThread {
        for _ in 0..<1000 { _ = try clients.value[0].readResponse() }
        _ = try clients.value[1].readResponse()
      }
      let place = try #require(order.withLock { $0 }.firstIndex(of: "/other"))
      #expect(place < 100)
      for client in clients.value { client.close() }
    }
  }

  @Test func aRequestThatWaitsForItsTurnHasNoDeadline() async throws {
    try await withServer({ $0.headerDeadlineMilliseconds = 200 }) { test in
      let total = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, receiveBuffer: 4096)
        for _ in 0..<6 { client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n") }
        // Twice the deadline, as the server itself tells it to clients that never ask.
        for _ in 0..<2 { _ = try RawSocket(port: port).readTextToEnd() }
        var total = 0
        for _ in 0..<6 {
          #expect(try client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
          total += try client.read(TestHandler.large.count).count
        }
        return total
      }
      #expect(total == 6 * TestHandler.large.count)
    }
  }

  @Test func answersHeadWithTheFieldsOfGetAlone() async throws {
    try await withServer { test in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send(
          "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /empty HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return try client.readTextToEnd()
      }
      let parts = text.components(at: "\r\n\r\n")
      #expect(parts.count == 3 && parts[2].isEmpty)
      #expect(parts[0].contains("\r\nContent-Length: 5"))
      #expect(parts[1].hasPrefix("HTTP/1.1 204 No Content\r\n"))
      #expect(parts[1].contains("\r\nConnection: close"))
    }
  }

  @Test func leavesOptionsToTheHandler() async throws {
    try await withServer { test in
      let body = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("OPTIONS /method HTTP/1.1\r\nHost: a\r\n\r\n")
        return try client.readResponse().body
      }
      #expect(body == "OPTIONS")
    }
  }

  @Test func asksForTheBodyOfAClientThatWaitsForIt() async throws {
    try await withServer { test in
      let (interim, body) = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        let interim = try client.read(until: "\r\n\r\n")
        client.send("data")
        return (interim, try client.readResponse().body)
      }
      #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
      #expect(body == "data")
    }
  }

  @Test func takesAndSendsChunks() async throws {
    try await withServer { test in
      let (echo, chunks) = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send(
          "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        let echo = try client.readResponse().body
        client.send("GET /chunks HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.read(until: "\r\n\r\n")
        return (echo, try client.read(until: "0\r\n\r\n"))
      }
      #expect(echo == "abcde")
      #expect(chunks == "5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n")
    }
  }

  @Test func endsTheConnectionBehindChunksToAnOldClient() async throws {
    try await withServer { test in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /chunks HTTP/1.0\r\n\r\n")
        return try client.readTextToEnd()
      }
      #expect(text.hasSuffix("\r\n\r\nfirstsecond"))
    }
  }

  @Test func answersAClientThatHasSentItsEnd() async throws {
    try await withServer { test in
      let texts = try await onThread { [port = test.port] in
        try ["/hello", "/later"].map { path in
          let client = try RawSocket(port: port)
          client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
          client.finishWriting()
          return try client.readTextToEnd()
        }
      }
      #expect(texts[0].hasSuffix("\r\n\r\nhello"))
      #expect(texts[1].hasSuffix("\r\n\r\nlater"))
    }
  }

  @Test func dropsARequestThatItsClientHasCutOff() async throws {
    try await withServer { test in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        client.finishWriting()
        return try client.readTextToEnd()
      }
      #expect(text.isEmpty)
      #expect(test.counters.requests.value == 0)
    }
  }

  @Test func cancelsTheTaskOfAClientThatResets() async throws {
    let (started, cancelled) = (Gate(), Gate())
    let handler: HTTPHandler = { _, _ in
      .later {
        await withTaskCancellationHandler {
          started.open()
          await cancelled.pass()
        } onCancel: {
          cancelled.open()
        }
        return TestHandler.text("nobody is left")
      }
    }
    try await withServer(handler: handler) { test in
      let client = try await onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        client.send(get)
        return Held(client)
      }
      await started.pass()
      client.value.reset()
      await cancelled.pass()
    }
  }

  @Test func givesAWholeLargeAnswerToASlowReader() async throws {
    try await withServer { test in
      let body = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, receiveBuffer: 4096)
        client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.read(until: "\r\n\r\n")
        return try client.read(TestHandler.large.count)
      }
      #expect(body.isSame(as: TestHandler.large.array))
      #expect(test.counters.bytesSent.value > TestHandler.large.count)
    }
  }

  @Test func standsAResetWhileItWrites() async throws {
    try await withServer { test in
      try await onThread { [port = test.port] in
        for _ in 0..<5 {
          let client = try RawSocket(port: port, receiveBuffer: 4096)
          client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
          _ = try client.read(100)
          client.reset()
        }
        let client = try RawSocket(port: port)
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.readResponse()
      }
      await test.server.drain(milliseconds: 5000)
      #expect(test.server.connectionCount == 0)
    }
  }
}

extension String {
  /// The pieces between the marks.
  fileprivate func components(at mark: String) -> [String] {
    var pieces: [String] = []
    var rest = Array(utf8)[...]
    let mark = Array(mark.utf8)
    var piece: [UInt8] = []
    while !rest.isEmpty {
      if rest.starts(with: mark) {
        pieces.append(String(decoding: piece, as: UTF8.self))
        piece = []
        rest = rest.dropFirst(mark.count)
      } else {
        piece.append(rest.removeFirst())
      }
    }
    return pieces + [String(decoding: piece, as: UTF8.self)]
  }
}
