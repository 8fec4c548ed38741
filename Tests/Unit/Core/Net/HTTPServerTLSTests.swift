import Support
import Testing
import Wire

@testable import Net

/// The server over TLS, as clients meet it: all over real sockets.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerTLSTests {
  private static let authority = TestCertificates()
  private static let identity = authority.identity()
  private static let get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

  private static func context(_ identity: TestCertificates.Identity = identity) throws -> TLSServerContext {
    try TLSServerContext(certificateFile: identity.certificateFile, keyFile: identity.keyFile)
  }

  /// Runs the conversation on a thread, against a server that speaks TLS.
  private func talk<R: Sendable>(
    _ change: (inout HTTPServerOptions) -> Void = { _ in }, protocols: [String] = [], maxVersion: Int32 = 0,
    receiveBuffer: Int32? = nil, _ conversation: @escaping @Sendable (TLSClient, RawSocket) throws -> R
  ) async throws -> (result: R, counters: HTTPServerCounters) {
    let context = try Self.context()
    var outcome: (R, HTTPServerCounters)?
    try await withWebSockets(server: {
      $0.tls = context
      change(&$0)
    }) { test, _ in
      let result = try await onThread { [port = test.port] in
        let socket = try RawSocket(port: port, receiveBuffer: receiveBuffer)
        let client = TLSClient(
          socket, caFile: Self.authority.caFile, protocols: protocols, maxVersion: maxVersion)
        return try conversation(client, socket)
      }
      outcome = (result, test.counters)
    }
    return try #require(outcome)
  }

  private static let tls11: Int32 = 0x0302
  private static let tls12: Int32 = 0x0303

  @Test func aRequestIsAnsweredOverTheLatestTLS() async throws {
    let seen = try await talk(protocols: ["h2", "http/1.1"]) { client, _ in
      try client.shakeHands()
      client.send(Self.get + Self.get)
      let answers = try (0..<2).map { _ in try client.readResponse() }
      return (client.version, client.chosenProtocol, answers.map(\.body), answers[0].head)
    }.result
    #expect(seen.0 == "TLSv1.3")
    #expect(seen.1 == "http/1.1")
    #expect(seen.2 == [Array("hello".utf8), Array("hello".utf8)])
    #expect(seen.3.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(!seen.3.lowercased().contains("strict-transport-security"))
  }

  @Test func tls12IsSpokenWithForwardSecrecyAndAuthenticatedEncryption() async throws {
    let seen = try await talk(maxVersion: Self.tls12) { client, _ in
      try client.shakeHands()
      client.send(Self.get)
      return (client.version, client.cipher, try client.readResponse().body)
    }.result
    #expect(seen.0 == "TLSv1.2")
    #expect(seen.1.hasPrefix("ECDHE-"))
    #expect(seen.1.contains("GCM") || seen.1.contains("CHACHA20"))
    #expect(seen.2 == Array("hello".utf8))
  }

  @Test func tls11IsRefused() async throws {
    let seen = try await talk(maxVersion: Self.tls11) { client, _ in
      #expect(throws: TLSClient.Failure.refused("tlsv1 alert protocol version")) { try client.shakeHands() }
    }
    #expect(seen.counters.tlsFailures.value == 1)
    #expect(seen.counters.requests.value == 0)
  }

  @Test func aClientThatOffersNoProtocolOfOursIsToldSo() async throws {
    let seen = try await talk(protocols: ["h2", "http/1.0"]) { client, _ in
      #expect(throws: TLSClient.Failure.refused("tlsv1 alert no application protocol")) { try client.shakeHands() }
    }
    #expect(seen.counters.tlsFailures.value == 1)
  }

  @Test func aClientThatOffersNoProtocolIsServed() async throws {
    let seen = try await talk { client, _ in
      try client.shakeHands()
      client.send(Self.get)
      return (client.chosenProtocol, try client.readResponse().body)
    }.result
    #expect(seen.0.isEmpty)
    #expect(seen.1 == Array("hello".utf8))
  }

  @Test func renegotiationIsRefused() async throws {
    let renegotiates = try await talk(maxVersion: Self.tls12) { client, _ in
      try client.shakeHands()
      return client.renegotiates()
    }.result
    #expect(!renegotiates)
  }

  @Test func plainHTTPIsClosedWithoutAReset() async throws {
    let seen = try await talk { _, socket in
      socket.send(Self.get)
      // A reset would throw.
      return try socket.readToEnd().count
    }
    #expect(seen.result < 16)
    #expect(seen.counters.tlsFailures.value == 1)
    #expect(seen.counters.requests.value == 0)
  }

  @Test(arguments: [0, 1, 100]) func aSlowHandshakeIsCut(bytes: Int) async throws {
    let seen = try await talk({ $0.tlsHandshakeMilliseconds = 30 }) { client, socket in
      socket.send(Array(client.hello().prefix(bytes)))
      return (try? socket.readToEnd())?.count ?? 0
    }
    #expect(seen.result == 0)
    #expect(seen.counters.tlsFailures.value == 1)
  }

  @Test func anEndInTheHandshakeIsAFailureOfTLS() async throws {
    let seen = try await talk { client, socket in
      socket.send(Array(client.hello().prefix(50)))
      socket.finishWriting()
      return try socket.readToEnd()
    }
    #expect(seen.result.isEmpty)
    #expect(seen.counters.tlsFailures.value == 1)
  }

  @Test func aHandshakeAndARequestMayComeByteByByte() async throws {
    let context = try Self.context()
    try await withServer({ $0.tls = context }) { test in
      let body = try await onThread { [port = test.port] in
        let socket = try RawSocket(port: port)
        let client = TLSClient(
          caFile: Self.authority.caFile, transmit: { for byte in $0 { socket.send([byte]) } },
          receive: { try socket.readSome() })
        try client.shakeHands()
        client.send(Self.get)
        return try client.readResponse().body
      }
      #expect(body == Array("hello".utf8))
    }
  }

  @Test func aSlowReaderGetsEveryByteAndTheGoodbye() async throws {
    let bytes = try await talk(receiveBuffer: 4096) { client, _ in
      try client.shakeHands()
      client.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      _ = try client.read(until: "\r\n\r\n")
      return try client.readToEnd()
    }.result
    #expect(bytes.isSame(as: TestHandler.large.array))
  }

  @Test func aClientThatTakesNothingIsCut() async throws {
    let context = try Self.context()
    try await withServer({
      $0.tls = context
      $0.writeStallMilliseconds = 20
    }) { test in
      let socket = try await onThread { [port = test.port] in
        let socket = Held(try RawSocket(port: port, receiveBuffer: 4096))
        let client = TLSClient(socket.value, caFile: Self.authority.caFile)
        try client.shakeHands()
        for _ in 0..<4 { client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n") }
        return socket
      }
      let isCut = await test.loops[0].eventually { test.server.connectionCount == 0 }
      #expect(isCut)
      #expect(test.counters.tlsFailures.value == 0)
      socket.value.close()
    }
  }

  @Test func aClientThatHasSaidItsEndIsStillAnswered() async throws {
    let bytes = try await talk { client, _ in
      try client.shakeHands()
      client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
      client.finishWriting()
      return try client.readToEnd()
    }.result
    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n\r\nlater"))
  }

  @Test func anEndWithoutGoodbyeIsAnEnd() async throws {
    let body = try await talk { client, socket in
      try client.shakeHands()
      client.send(Self.get)
      socket.finishWriting()
      let body = try client.readResponse().body
      return (body, try client.readToEnd())
    }.result
    #expect(body.0 == Array("hello".utf8))
    #expect(body.1.isEmpty)
  }

  @Test func aWebSocketRunsOverTLS() async throws {
    let seen = try await talk { client, _ in
      try client.shakeHands()
      client.send(RawSocket.upgrade("/ws"))
      let head = try client.read(until: "\r\n\r\n")
      // Two frames in one record, and one in two.
      client.send(
        RawSocket.maskedFrame(opcode: 1, Array("one".utf8)) + RawSocket.maskedFrame(opcode: 1, Array("two".utf8)))
      let large = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 % 90 + 33) }
      client.send(RawSocket.maskedFrame(opcode: 1, large))
      let frames = try (0..<3).map { _ in try client.readFrame().payload }
      client.send(RawSocket.maskedFrame(opcode: 8, [3, 0xE8]))
      let close = try client.readFrame()
      return (head, frames, frames[2] == large, close.first, try client.readToEnd())
    }.result
    #expect(seen.0.hasPrefix("HTTP/1.1 101 "))
    #expect(seen.1[..<2] == [Array("one".utf8), Array("two".utf8)])
    #expect(seen.2)
    #expect(seen.3 == 0x88)
    #expect(seen.4.isEmpty)
  }

  @Test func keysMayChangeOnTheWay() async throws {
    let bodies = try await talk { client, socket in
      try client.shakeHands()
      return try (0..<3).map { _ in
        socket.send(client.keyUpdate())
        client.send(Self.get)
        return try client.readResponse().body
      }
    }.result
    #expect(bodies == Array(repeating: Array("hello".utf8), count: 3))
  }

  @Test func aNewCertificateIsForNewClientsAndEndsNoOther() async throws {
    let (context, renewed) = (try Self.context(), try Self.context(Self.authority.identity()))
    try await withWebSockets(server: { $0.tls = context }) { test, _ in
      let (port, server) = (test.port, test.server)
      let numbers = try await onThread {
        let first = TLSClient(try RawSocket(port: port), caFile: Self.authority.caFile)
        try first.shakeHands()
        first.send(RawSocket.upgrade("/ws"))
        _ = try first.read(until: "\r\n\r\n")
        Task {
          await server.replaceCertificate(renewed)
        }
        var second = TLSClient(try RawSocket(port: port), caFile: Self.authority.caFile)
        try second.shakeHands()
        // The loop hears of it in its next turn.
        while second.serialNumber == first.serialNumber {
          second = TLSClient(try RawSocket(port: port), caFile: Self.authority.caFile)
          try second.shakeHands()
        }
        first.send(RawSocket.maskedFrame(opcode: 1, Array("still here".utf8)))
        #expect(try first.readFrame().payload == Array("still here".utf8))
        second.send(Self.get)
        #expect(try second.readResponse().body == Array("hello".utf8))
        return (first.serialNumber, second.serialNumber)
      }
      #expect(numbers.0 != numbers.1)
    }
  }

  @Test func drainingSaysGoodbyeOverTLS() async throws {
    let context = try Self.context()
    try await withWebSockets(server: { $0.tls = context }) { test, _ in
      let (port, server) = (test.port, test.server)
      let opened = Witness<Void>()
      async let seen = onThread {
        let client = TLSClient(try RawSocket(port: port), caFile: Self.authority.caFile)
        try client.shakeHands()
        client.send(RawSocket.upgrade("/ws"))
        _ = try client.read(until: "\r\n\r\n")
        opened.see(())
        let close = try client.readFrame()
        client.send(RawSocket.maskedFrame(opcode: 8, [3, 0xE9]))
        return (close.payload, try client.readToEnd())
      }
      _ = await opened.next()
      await server.drain(milliseconds: 5000)
      let (payload, rest) = try await seen
      #expect(payload.prefix(2) == [3, 0xE9])
      #expect(rest.isEmpty)
    }
  }
}
