import Glibc
import Net
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
  private let get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func servesOnePortFromSeveralLoops() async throws {
    let names = Lock(Set<String>())
    let handler: HTTPHandler = { _, context in
      names.withLock { _ = $0.insert(context.loop.name) }
      return .response(TestHandler.text(context.loop.isCurrent ? "on the loop" : "elsewhere"))
    }
    try await withServer(loops: 2, handler: handler) { test in
      let bodies = try await onThread { [port = test.port, get] in
        try (0..<40).map { _ in
          let client = try RawSocket(port: port)
          client.send(get)
          return try client.readResponse().body
        }
      }
      #expect(Set(bodies) == ["on the loop"])
      #expect(names.withLock { $0 } == ["test-0", "test-1"])
    }
  }

  @Test(arguments: [1, 2]) func saysThatThePortIsTaken(loops: Int) async throws {
    try await withServer { test in
      try await withServer(loops: loops) { other in
        var options = HTTPServerOptions()
        options.port = test.port
        let second = HTTPServer(loops: other.loops, options: options, handler: TestHandler.answer)
        #expect(throws: NetError.system(call: "bind", number: EADDRINUSE)) { try second.start() }
      }
    }
  }

  @Test func saysThatTheHostIsUnknown() async throws {
    try await withServer { test in
      var options = HTTPServerOptions()
      options.host = "no such host"
      let second = HTTPServer(loops: test.loops, options: options, handler: TestHandler.answer)
      #expect(throws: NetError.unknownAddress("no such host")) { try second.start() }
    }
  }

  @Test func aHostIsCheckedBeforeTheStart() throws {
    for host in ["127.0.0.1", "::1", "0.0.0.0", "localhost"] { try HTTPServer.checkHost(host) }
    #expect(throws: NetError.unknownAddress("no such host")) { try HTTPServer.checkHost("no such host") }
    // RFC 5737: no machine has this address.
    #expect(throws: NetError.system(call: "bind", number: EADDRNOTAVAIL)) { try HTTPServer.checkHost("192.0.2.1") }
  }

  @Test func takesClientsOfBothFamiliesOnOneSocket() async throws {
    try await withServer({ $0.host = "::" }) { test in
      let body = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n")
        return try client.readResponse().body
      }
      #expect(body == "127.0.0.1")
    }
  }

  @Test func pausesAtItsConnectionLimitAndGoesOnByItself() async throws {
    let most = Lock(0)
    let open = Lock<HTTPServerCounters?>(nil)
    let handler: HTTPHandler = { request, context in
      let now = open.withLock { $0?.connectionsOpen.value } ?? 0
      most.withLock { $0 = max($0, now) }
      return TestHandler.answer(request, context)
    }
    try await withServer({ $0.maxConnections = 2 }, handler: handler) { test in
      open.withLock { $0 = test.counters }
      let bodies = try await onThread { [port = test.port, get] in
        var clients: [RawSocket] = []
        for _ in 0..<2 {
          let client = try RawSocket(port: port)
          client.send(get)
          _ = try client.readResponse()
          clients.append(client)
        }
        var bodies: [String] = []
        for _ in 0..<10 {
          // It waits in the kernel's queue until an older one leaves.
          let client = try RawSocket(port: port)
          client.send(get)
          clients.removeFirst().close()
          bodies.append(try client.readResponse().body)
          clients.append(client)
        }
        return bodies
      }
      #expect(bodies == Array(repeating: "hello", count: 10))
      #expect(most.withLock { $0 } == 2)
      #expect(test.counters.acceptPauses.value > 0)
    }
  }

  @Test func closesIdleConnectionsAndRefusesNewOnesWhenDrained() async throws {
    try await withServer { test in
      let client = try await onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        client.send(get)
        _ = try client.readResponse()
        return Held(client)
      }
      async let end = onThread {
        defer { client.value.close() }
        return try client.value.readTextToEnd()
      }
      await test.server.drain(milliseconds: 60_000)
      let rest = try await end
      #expect(rest == "")
      await #expect(throws: RawSocket.Failure.refused) {
        try await onThread { [port = test.port] in _ = try RawSocket(port: port) }
      }
    }
  }

  @Test func finishesRequestsInHandWhenDrained() async throws {
    let (started, gate) = (Gate(), Gate())
    let handler: HTTPHandler = { _, _ in
      .later {
        started.open()
        await gate.pass()
        return TestHandler.text("finished")
      }
    }
    // The idle connection is ended by the drain alone.
    try await withServer({ $0.headerDeadlineMilliseconds = 60_000 }, handler: handler) { test in
      async let text = onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        client.send(get)
        return try client.readTextToEnd()
      }
      let idle = try await onThread { [port = test.port] in Held(try RawSocket(port: port)) }
      await started.pass()
      async let drained: Void = test.server.drain(milliseconds: 60_000)
      // An idle connection ends when the drain has begun.
      _ = try await onThread { try idle.value.readTextToEnd() }
      idle.value.close()
      gate.open()
      await drained
      let answer = try await text
      #expect(answer.hasSuffix("\r\n\r\nfinished"))
      #expect(answer.contains("\r\nConnection: close\r\n"))
    }
  }

  @Test func cutsWhatIsLeftWhenTheTimeOfADrainIsOver() async throws {
    let (started, gate) = (Gate(), Gate())
    let handler: HTTPHandler = { _, _ in
      .later {
        started.open()
        await gate.pass()
        return TestHandler.text("too late")
      }
    }
    try await withServer(handler: handler) { test in
      async let text = onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        client.send(get)
        return try? client.readTextToEnd()
      }
      await started.pass()
      await test.server.drain(milliseconds: 20)
      #expect(test.server.connectionCount == 0)
      gate.open()
      let answer = try await text
      #expect(answer ?? "" == "")
    }
  }

  @Test func keepsItsClientsWhenItOnlyStopsAccepting() async throws {
    try await withServer { test in
      let client = try await onThread { [port = test.port, get] in
        let client = try RawSocket(port: port)
        client.send(get)
        _ = try client.readResponse()
        return Held(client)
      }
      test.server.stopAccepting()
      await test.loops[0].run {}
      let body = try await onThread { [get] in
        client.value.send(get)
        return try client.value.readResponse().body
      }
      #expect(body == "hello")
      await #expect(throws: RawSocket.Failure.refused) {
        try await onThread { [port = test.port] in _ = try RawSocket(port: port) }
      }
    }
  }

  @Test func endsItsConnectionsWithTheLoop() async throws {
    weak var gone: HTTPServer?
    let loop = EventLoop(name: "test")
    do {
      var options = HTTPServerOptions()
      options.port = 0
      let server = HTTPServer(loops: [loop], options: options, handler: TestHandler.answer)
      gone = server
      let port = try server.start()
      let client = try await onThread { [get] in
        let client = try RawSocket(port: port)
        client.send(get)
        _ = try client.readResponse()
        return Held(client)
      }
      loop.shutdown()
      #expect(server.connectionCount == 0)
      let rest = try await onThread { try client.value.readTextToEnd() }
      #expect(rest == "")
      await server.drain(milliseconds: 60_000)
    }
    #expect(gone == nil)
  }
}
