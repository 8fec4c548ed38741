import Net
import Support
import Testing
import Wire

/// Deadlines and refusals of a connection.
@Suite struct HTTPServerDeadlineTests {
  @Test func refusesAHeadThatDoesNotEnd() async throws {
    try await withServer({ $0.headerDeadlineMilliseconds = 200 }) { test in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /hello HTTP/1.1\r\nHos")
        return try client.readTextToEnd()
      }
      #expect(text.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
      #expect(text.hasSuffix(#"{"detail":"request not complete in time","code":"request_timeout","retryable":true}"#))
      #expect(text.contains("\r\nConnection: close\r\n"))
      #expect(test.counters.protocolFailures.value == 1)
    }
  }

  @Test func isNotHeldOffByBytesThatTrickle() async throws {
    try await withServer({ $0.headerDeadlineMilliseconds = 200 }) { test in
      let head = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, patienceMilliseconds: 5)
        client.send("GET /hello HTTP/1.1\r\nX: ")
        for _ in 0..<2000 {
          client.send("a")
          do {
            return try client.read(until: "\r\n\r\n")
          } catch RawSocket.Failure.timeout {}
        }
        return "no answer"
      }
      #expect(head.hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test func refusesABodyThatDoesNotEnd() async throws {
    try await withServer({ $0.bodyDeadlineMilliseconds = 30 }) { test in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        return try client.readTextToEnd()
      }
      #expect(text.hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test func closesAnIdleConnectionWithoutAWord() async throws {
    try await withServer({ $0.keepAliveIdleMilliseconds = 30 }) { test in
      let rest = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.readResponse()
        return try client.readTextToEnd()
      }
      #expect(rest.isEmpty)
      #expect(test.counters.protocolFailures.value == 0)
    }
  }

  @Test func closesAConnectionThatNeverAsksAfterTheTimeOfAHead() async throws {
    try await withServer({ $0.headerDeadlineMilliseconds = 200 }) { test in
      let texts = try await onThread { [port = test.port] in
        try ["", "\r\n"].map { bytes in
          let client = try RawSocket(port: port)
          client.send(bytes)
          return try client.readTextToEnd()
        }
      }
      // Whoever has said nothing expects no answer.
      #expect(texts == ["", ""])
      #expect(test.counters.protocolFailures.value == 0)
    }
  }

  @Test func theTimeOfTheFirstHeadRunsFromTheConnect() async throws {
    // Each byte comes well within the deadline, and all of them together do not.
    try await withServer({ $0.headerDeadlineMilliseconds = 1000 }) { test in
      let head = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, patienceMilliseconds: 700)
        do {
          return try client.read(until: "\r\n\r\n")
        } catch RawSocket.Failure.timeout {}
        client.send("GET /hello HTTP/1.1\r\n")
        do {
          return try client.read(until: "\r\n\r\n")
        } catch RawSocket.Failure.timeout {}
        return "no answer"
      }
      #expect(head.hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test func aSecondRequestHasTheWholeTimeAgain() async throws {
    let change: (inout HTTPServerOptions) -> Void = {
      $0.headerDeadlineMilliseconds = 300
      $0.keepAliveIdleMilliseconds = 60_000
    }
    try await withServer(change) { test in
      let body = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, patienceMilliseconds: 400)
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.readResponse()
        do {
          return try client.readTextToEnd()
        } catch RawSocket.Failure.timeout {}
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        return try client.readResponse().body
      }
      #expect(body == "hello")
    }
  }

  @Test func setsNoDeadlineWhileItOwesTheAnswer() async throws {
    let handler: HTTPHandler = { _, context in
      .later {
        await withCheckedContinuation { continuation in
          context.loop.post { context.loop.schedule(afterMilliseconds: 300) { continuation.resume() } }
        }
        return TestHandler.text("slow")
      }
    }
    let change: (inout HTTPServerOptions) -> Void = {
      $0.headerDeadlineMilliseconds = 200
      $0.keepAliveIdleMilliseconds = 10
    }
    try await withServer(change, handler: handler) { test in
      let body = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return try client.readResponse().body
      }
      #expect(body == "slow")
    }
  }

  @Test func cutsAClientThatTakesNothing() async throws {
    try await withServer({ $0.writeStallMilliseconds = 30 }) { test in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port, receiveBuffer: 4096)
        client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.read(100)
        return Held(client)
      }
      await test.server.drain(milliseconds: 60_000)
      #expect(test.server.connectionCount == 0)
      client.value.close()
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", 400, "bad_request"),
    ("\u{16}\u{3}\u{1}", 400, "bad_request"),
    ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\n", 414, "uri_too_long"),
    (
      "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 17_000))\r\n", 431,
      "request_header_fields_too_large"
    ),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", 413, "content_too_large"),
    ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", 417, "expectation_failed"),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, "not_implemented"),
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "http_version_not_supported"),
  ])
  func namesTheFaultAndCloses(request: String, status: Int, code: String) async throws {
    try await withServer { test in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send(request)
        return try client.readTextToEnd()
      }
      #expect(text.hasPrefix("HTTP/1.1 \(status) "))
      #expect(text.contains("\r\nContent-Type: application/json\r\n"))
      #expect(text.contains("\r\nX-Request-Id: "))
      #expect(text.contains("\r\nConnection: close\r\n"))
      #expect(text.hasSuffix(#","code":"\#(code)","retryable":false}"#))
    }
  }

  @Test func givesARefusalToAClientThatGoesOnSending() async throws {
    try await withServer { test in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
        client.send([UInt8](repeating: 0, count: 500_000))
        return try client.readTextToEnd()
      }
      #expect(text.hasPrefix("HTTP/1.1 413 "))
    }
  }

  @Test func lingersNoLongerThanItsLimits() async throws {
    try await withServer({ $0.lingerMilliseconds = 20 }) { test in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("nonsense\r\n\r\n")
        _ = try client.readResponse()
        return Held(client)
      }
      await test.server.drain(milliseconds: 60_000)
      #expect(test.server.connectionCount == 0)
      client.value.close()
    }
  }

  @Test func lingersForNoMoreBytesThanItsLimit() async throws {
    try await withServer({ $0.lingerMilliseconds = 600_000 }) { test in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("nonsense\r\n\r\n")
        _ = try client.readResponse()
        client.send([UInt8](repeating: 0, count: 4 << 20))
        return Held(client)
      }
      await test.server.drain(milliseconds: 60_000)
      #expect(test.server.connectionCount == 0)
      client.value.close()
    }
  }

  @Test func takesTheWordsOfARefusalFromTheOptions() async throws {
    let change: (inout HTTPServerOptions) -> Void = {
      $0.faultResponse = { TestHandler.text("own words: \($0.reason)", $0.status) }
    }
    try await withServer(change) { test in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET / HTTP/3.0\r\n\r\n")
        return try client.readTextToEnd()
      }
      #expect(text.contains("\r\n\r\nown words: "))
    }
  }
}
