import Net
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct WebSocketConnectionTests {
  @Test func answersTheHandshakeAndEchoes() async throws {
    try await withWebSockets { test, log in
      let (head, frames) = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        let head = try client.upgrade(to: "/ws")
        client.sendText("hi")
        client.sendFrame(opcode: 2, [1, 2, 3])
        client.sendFrame(opcode: 9, [7])
        return (head, try (0..<3).map { _ in try client.readFrame() })
      }
      #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
      #expect(head.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
      #expect(head.contains("\r\nX-Request-Id: "))
      #expect(frames.map(\.first) == [0x81, 0x82, 0x8A])
      #expect(frames.map(\.payload) == [Array("hi".utf8), [1, 2, 3], [7]])
      #expect(test.counters.responses(statusClass: 1) == 1)
    }
  }

  @Test func aPongLeavesBeforeTheAnswerToWhatCameBehindItsPing() async throws {
    try await withWebSockets { test, _ in
      let frames = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        client.send(
          RawSocket.maskedFrame(opcode: 9, [7]) + RawSocket.maskedFrame(opcode: 1, Array("hi".utf8))
            + RawSocket.maskedFrame(opcode: 9, [8]))
        return try (0..<3).map { _ in try client.readFrame() }
      }
      #expect(frames.map(\.first) == [0x8A, 0x81, 0x8A])
    }
  }

  private static let offering = RawSocket.upgrade("/ws").replacing(
    "Upgrade: websocket\r\n",
    with: "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")

  @Test func compressesForAClientThatOffersIt() async throws {
    // RFC 7692 section 7.2.3.1, and 300 times "a": `zlib.compressobj(6, zlib.DEFLATED, -10, 3)` of Python.
    let hello: [UInt8] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]
    let long: [UInt8] = [0x4a, 0x4c, 0x1c, 0x05, 0xc4, 0x02, 0x00, 0x00]
    try await withWebSockets { test, log in
      let (head, frames) = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send(Self.offering)
        let head = try client.read(until: "\r\n\r\n")
        var frame = RawSocket.maskedFrame(opcode: 1, hello)
        frame[0] |= 0x40
        client.send(frame)
        client.sendText(String(repeating: "a", count: 300))
        return (head, try (0..<2).map { _ in try client.readFrame() })
      }
      #expect(
        head.contains(
          "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
            + "client_no_context_takeover\r\n"))
      #expect(frames == [RawSocket.Frame(first: 0x81, "Hello"), RawSocket.Frame(first: 0xc1, long)])
      #expect(log.texts.first == "Hello")
    }
  }

  @Test func compressesForNobodyWhenItIsTurnedOff() async throws {
    try await withWebSockets({ $0.compression = nil }) { test, _ in
      let (head, frame) = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send(Self.offering)
        let head = try client.read(until: "\r\n\r\n")
        client.sendText(String(repeating: "a", count: 300))
        return (head, try client.readFrame())
      }
      #expect(!head.contains("Sec-WebSocket-Extensions"))
      #expect(frame.first == 0x81)
    }
  }

  @Test(arguments: [true, false]) func clientAndServerOfOursAgree(keepsContext: Bool) async throws {
    let wish = WebSocketCompression(serverKeepsContext: keepsContext, clientKeepsContext: keepsContext)
    try await withWebSockets({ $0.compression = wish }) { test, _ in
      let loop = EventLoop(name: "client")
      let probe = StreamProbe(
        "ws://127.0.0.1:\(test.port)/ws", loop: loop,
        options: WebSocketClientOptions(proxy: "", compression: wish))
      guard case .opened = try await probe.next() else {
        Issue.record("not opened")
        return
      }
      let text = String(repeating: "κόσμε ", count: 200)
      for _ in 0..<3 {
        probe.send(text)
        #expect(try await probe.nextText() == text)
      }
      probe.close()
      #expect(try await probe.closure().cause == .local)
      loop.shutdown()
    }
  }

  @Test func takesFramesThatCameWithTheHandshake() async throws {
    try await withWebSockets { test, _ in
      let text = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send(Array(RawSocket.upgrade("/ws").utf8) + RawSocket.maskedFrame(opcode: 1, Array("early".utf8)))
        _ = try client.read(until: "\r\n\r\n")
        return try client.readFrame().text
      }
      #expect(text == "early")
    }
  }

  @Test func upgradesBehindRequestsThatWait() async throws {
    let later = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"
    try await withWebSockets(server: { $0.pipelinedBytes = 16 }) { test, _ in
      let texts = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send(
          Array((later + later + RawSocket.upgrade("/ws")).utf8)
            + RawSocket.maskedFrame(opcode: 1, Array("behind".utf8)))
        let answers = try (0..<2).map { _ in try client.readResponse().body }
        _ = try client.read(until: "\r\n\r\n")
        let first = try client.readFrame().text
        client.sendText("and on")
        return answers + [first, try client.readFrame().text]
      }
      #expect(texts == ["later", "later", "behind", "and on"])
    }
  }

  @Test func endsAClientThatHadSentItsEndBeforeTheUpgrade() async throws {
    try await withWebSockets { test, log in
      let rest = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + RawSocket.upgrade("/ws"))
        client.finishWriting()
        return try client.readTextToEnd()
      }
      #expect(rest.contains("HTTP/1.1 101 "))
      #expect(try await log.next() == LoggedClosure(code: 1006, reason: "ended without a close frame"))
    }
  }

  @Test func takesFramesCutAtEveryByte() async throws {
    try await withWebSockets { test, _ in
      let texts = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        let frame = RawSocket.maskedFrame(opcode: 1, Array("cut".utf8))
        return try frame.indices.map { split in
          client.send(Array(frame[..<split]))
          client.send(Array(frame[split...]))
          return try client.readFrame().text
        }
      }
      #expect(Set(texts) == ["cut"])
    }
  }

  @Test func refusesAPlainRequestForASocket() async throws {
    try await withWebSockets { test, log in
      let (plain, posted, next) = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        client.send("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n")
        let plain = try client.readResponse()
        client.send("POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        let posted = try client.readResponse()
        return (plain, posted, try client.upgrade(to: "/ws"))
      }
      #expect(plain.head.hasPrefix("HTTP/1.1 426 "))
      #expect(plain.head.contains("\r\nSec-WebSocket-Version: 13\r\n"))
      let detail = "this path wants a WebSocket handshake"
      #expect(plain.body == #"{"detail":"\#(detail)","code":"upgrade_required","retryable":false}"#)
      #expect(posted.head.hasPrefix("HTTP/1.1 405 "))
      #expect(posted.head.contains("\r\nAllow: GET\r\n"))
      #expect(next.hasPrefix("HTTP/1.1 101 "))
    }
  }

  @Test func repliesToTheClientsCloseAndTellsTheHandler() async throws {
    try await withWebSockets { test, log in
      let frames = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        client.sendClose(1000)
        let frame = try client.readFrame()
        return (frame.closeCode, try client.readToEnd())
      }
      #expect(frames.0 == 1000)
      #expect(frames.1.isEmpty)
      #expect(try await log.next() == LoggedClosure(code: 1000, reason: ""))
    }
  }

  @Test func sendsWhatIsQueuedBeforeItsOwnClose() async throws {
    try await withWebSockets { test, log in
      let frames = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        client.sendText("say and close")
        let frames = try (0..<2).map { _ in try client.readFrame() }
        client.sendText("too late")
        client.sendClose(1008)
        _ = try client.readToEnd()
        return frames
      }
      #expect(frames[0].text == "last words")
      #expect(frames[1].closeCode == 1008)
      #expect(frames[1].closeReason == "unknown symbol")
      #expect(try await log.next() == LoggedClosure(code: 1008, reason: "unknown symbol"))
      #expect(log.texts == ["say and close"])
    }
  }

  @Test func cutsAClientThatDoesNotReplyToItsClose() async throws {
    try await withWebSockets({ $0.closeMilliseconds = 20 }) { test, log in
      let rest = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        client.sendText("say and close")
        _ = try (0..<2).map { _ in try client.readFrame() }
        return try client.readToEnd()
      }
      #expect(rest.isEmpty)
      #expect(try await log.next().code == 1008)
    }
  }

  @Test(
    arguments: [
      ([0x81, 0x01, 0x61], 1002),  // not masked
      ([0xC1, 0x80, 0, 0, 0, 0], 1002),  // reserved bit
      ([0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007),  // not UTF-8
      ([0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0], 1009),  // 65,537 bytes
    ] as [([UInt8], Int)])
  func saysWhichRuleWasBroken(frame: [UInt8], code: Int) async throws {
    try await withWebSockets { test, log in
      let got = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        client.send(frame)
        let got = try client.readFrame().closeCode
        _ = try client.readToEnd()
        return got
      }
      #expect(got == code)
      #expect(try await log.next().code == code)
      #expect(test.counters.webSocketFailures.value == 1)
    }
  }

  @Test func closesAClientThatSendsTooManyMessages() async throws {
    try await withWebSockets { test, log in
      let last = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        for _ in 0..<60 { client.sendText("x") }
        while true {
          let frame = try client.readFrame()
          if frame.first == 0x88 { return frame.closeCode }
        }
      }
      #expect(last == 1008)
      #expect(try await log.next().code == 1008)
    }
  }

  @Test func pingsAndKeepsAClientThatAnswers() async throws {
    try await withWebSockets({ $0.pingMilliseconds = 5 }) { test, log in
      try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        for _ in 0..<5 {
          let ping = try client.readFrame()
          guard ping.first == 0x89 else { throw RawSocket.Failure.ended }
          client.sendFrame(opcode: 10, ping.payload)
        }
        client.sendClose(1000)
        while try client.readFrame().first != 0x88 {}
      }
      #expect(try await log.next().code == 1000)
    }
  }

  @Test func closesAClientThatDoesNotAnswerAPing() async throws {
    try await withWebSockets({
      $0.pingMilliseconds = 5
      $0.pongMilliseconds = 20
      $0.closeMilliseconds = 20
    }) { test, log in
      let frames = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        let frames = try (0..<2).map { _ in try client.readFrame() }
        _ = try client.readToEnd()
        return frames
      }
      #expect(frames[0].first == 0x89)
      #expect(frames[1].closeCode == 1008)
      #expect(try await log.next() == LoggedClosure(code: 1008, reason: "no answer to ping"))
      #expect(test.counters.webSocketFailures.value == 1)
    }
  }

  @Test func tellsTheHandlerOfAResetAndOfAMissingCloseFrame() async throws {
    try await withWebSockets { test, log in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        return Held(client)
      }
      client.value.reset()
      #expect(try await log.next() == LoggedClosure(code: 1006, reason: "connection broke"))
      try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        client.finishWriting()
        _ = try client.readToEnd()
      }
      #expect(try await log.next() == LoggedClosure(code: 1006, reason: "ended without a close frame"))
    }
  }

  @Test func sendsAwayItsClientsWhenDrained() async throws {
    try await withWebSockets { test, log in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        return Held(client)
      }
      async let frame = onThread {
        var frame = try client.value.readFrame()
        // Where all tests of a slow machine run at once, a ping may be due first.
        while frame.first == 0x89 { frame = try client.value.readFrame() }
        client.value.sendClose(1001)
        _ = try client.value.readToEnd()
        client.value.close()
        return frame
      }
      await test.server.drain(milliseconds: 60_000)
      let got = try await frame
      #expect(got.closeCode == 1001)
      #expect(try await log.next().code == 1001)
    }
  }

  @Test func tellsTheHandlerWhenADrainCutsTheClient() async throws {
    try await withWebSockets { test, log in
      let client = try await onThread { [port = test.port] in
        let client = try RawSocket(port: port)
        _ = try client.upgrade(to: "/ws")
        return Held(client)
      }
      await test.server.drain(milliseconds: 0)
      #expect(try await log.next().code == 1001)
      client.value.close()
    }
  }
}
