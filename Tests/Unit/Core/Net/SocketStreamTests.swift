import Support
import Testing
import Wire

@testable import Net

@Suite(.timeLimit(.minutes(1))) struct SocketStreamTests {
  @Test func writesAllOfOneTurnAtOnce() async throws {
    try await withStream { loop, peer, owner in
      let count = await loop.run { () -> Int in
        for number in 0..<100 { _ = owner.stream.send(TestHandler.shared("\(number) ")) }
        return owner.writes.count
      }
      #expect(count == 0)
      let text = try await onThread { try peer.value.read(until: "99 ") }
      #expect(text.split(separator: " ").count == 100)
      #expect(await loop.run { owner.writes } == [100])
      #expect(await loop.run { owner.drains } == 1)
    }
  }

  @Test func handsOutWhatThePeerSends() async throws {
    try await withStream { loop, peer, owner async throws in
      peer.value.send("hello")
      #expect(try await owner.event() == .received("hello"))
      peer.value.finishWriting()
      #expect(try await owner.event() == .peerFinished)
    }
  }

  @Test func readsMoreThanOneBufferInOneEvent() async throws {
    try await withStream { loop, peer, owner in
      await loop.run { owner.stream.pauseReading() }
      let sent = try await onThread { peer.value.sendWithoutWaiting([UInt8](repeating: 0x61, count: 200_000)) }
      await loop.run { owner.stream.resumeReading() }
      var got = 0
      while got < sent {
        guard case .received(let text) = try await owner.event() else { break }
        got += text.utf8.count
      }
      #expect(got == sent)
    }
  }

  @Test func leavesBytesInTheKernelWhilePaused() async throws {
    try await withStream { loop, peer, owner async throws in
      await loop.run { owner.stream.pauseReading() }
      peer.value.send("waiting")
      await loop.run {}
      await loop.run {}
      #expect(await loop.run { owner.received } == 0)
      await loop.run {
        owner.stream.resumeReading()
        owner.stream.resumeReading()
      }
      #expect(try await owner.event() == .received("waiting"))
    }
  }

  @Test func noticesAResetWhilePaused() async throws {
    try await withStream { loop, peer, owner async throws in
      await loop.run { owner.stream.pauseReading() }
      peer.value.send("never read")
      peer.value.reset()
      #expect(try await owner.event() == .closed(.broken))
    }
  }

  @Test func finishesAfterTheLastByte() async throws {
    try await withStream { loop, peer, owner in
      await loop.run {
        _ = owner.stream.send(TestHandler.large)
        owner.stream.finish()
        owner.stream.finish()
        _ = owner.stream.send(TestHandler.shared("too late"))
      }
      let bytes = try await onThread {
        peer.value.send("dropped")
        defer { peer.value.close() }
        return try peer.value.readToEnd()
      }
      #expect(bytes.isSame(as: TestHandler.large.array))
      #expect(try await owner.event() == .closed(.local))
      #expect(await loop.run { owner.received } == 0)
    }
  }

  @Test func doesNotLingerForAPeerThatHasFinished() async throws {
    try await withStream { loop, peer, owner async throws in
      peer.value.finishWriting()
      #expect(try await owner.event() == .peerFinished)
      await loop.run { owner.stream.finish() }
      #expect(try await owner.event() == .closed(.local))
      let rest = try await onThread { try peer.value.readToEnd() }
      #expect(rest.isEmpty)
    }
  }

  @Test func saysThatThePeerTakesNothing() async throws {
    try await withStream({ $0.writeStallMilliseconds = 10 }) { loop, _, owner async throws in
      await loop.run { for _ in 0..<4 { _ = owner.stream.send(TestHandler.large) } }
      #expect(try await owner.event() == .closed(.stalled))
    }
  }

  @Test func refusesMoreThanItsOutboxHolds() async throws {
    try await withStream({ $0.outboxBytes = 5 }) { loop, peer, owner in
      let taken = await loop.run {
        ["12345", "6"].map { owner.stream.send(TestHandler.shared($0)) }
          + [owner.stream.send(OutboxEntry(TestHandler.shared("!")), pastLimit: true)]
      }
      #expect(taken == [.queued, .refused, .queued])
      let bytes = try await onThread { try peer.value.read(6) }
      #expect(bytes == Array("12345!".utf8))
    }
  }

  @Test func readsNoMoreWhileTLSHasMoreToSayThanThePeerTakes() async throws {
    let authority = TestCertificates()
    let identity = authority.identity()
    let tls = try TLSServerStream(
      TLSServerContext(certificateFile: identity.certificateFile, keyFile: identity.keyFile))
    try await withStream({ $0.handshakeMilliseconds = 60_000 }, tls: tls) { loop, peer, owner async throws in
      try await onThread {
        let client = TLSClient(peer.value, caFile: authority.caFile)
        try client.shakeHands()
        // Each asks for an answer of the same length, and no answer is read.
        var updates: [UInt8] = []
        for _ in 0..<20_000 { updates += client.keyUpdate() }
        // Until nothing is taken for half a second: a busy machine may take a break between two parts.
        var (sent, breaks) = (0, 0)
        while sent < updates.count, breaks < 10 {
          let count = peer.value.sendWithoutWaiting(Array(updates[sent...]))
          breaks = count == 0 ? breaks + 1 : 0
          sent += count
        }
      }
      // How many of them one answer serves is OpenSSL's affair (RFC 8446 §4.6.3), so only the bound is certain.
      let server = Held(tls)
      await loop.run {}
      #expect(await loop.run { server.value.outputCount } < TLSServerStream.maxOutputBytes + loop.readBuffer.count)
    }
  }

  @Test func tellsItsOwnerOfTheEndOnce() async throws {
    try await withStream { loop, _, owner async throws in
      await loop.run {
        owner.stream.close()
        owner.stream.close()
        owner.stream.finish()
        owner.stream.flush()
        owner.stream.ready([.readable, .writable])
      }
      #expect(try await owner.event() == .closed(.local))
      #expect(await loop.run { owner.events.pending.isEmpty && owner.stream.isClosed })
    }
  }
}

/// Notes what its stream does.
private final class TestOwner: SocketStreamOwner, @unchecked Sendable {
  enum Event: Equatable {
    case received(String)
    case peerFinished
    case closed(SocketStream.Closure)
  }

  let stream: SocketStream
  let events = Inbox<Event>()
  private(set) var received = 0
  private(set) var writes: [Int] = []
  private(set) var drains = 0

  init(_ stream: SocketStream) { self.stream = stream }

  /// The next event that no one has asked for yet.
  func event() async throws -> Event { try await events.next() }

  func received(_ bytes: UnsafeRawBufferPointer) {
    received += bytes.count
    events.add(.received(String(decoding: bytes, as: UTF8.self)))
  }

  func peerFinished() { events.add(.peerFinished) }
  func sent(_ progress: Outbox.Progress) { writes.append(progress.entries) }
  func drained() { drains += 1 }
  func streamClosed(_ cause: SocketStream.Closure) { events.add(.closed(cause)) }
}

/// Runs the test with a stream on a loop and its peer.
private func withStream(
  _ change: (inout SocketStream.Options) -> Void = { _ in }, tls: TLSServerStream? = nil,
  _ test: (EventLoop, Held<RawSocket>, TestOwner) async throws -> Void
) async throws {
  var options = SocketStream.Options()
  change(&options)
  weak var gone: TestOwner?
  try await withLoop { loop in
    let listener = try Socket.listening(on: try .resolving("127.0.0.1", port: 0), sharesPort: false)
    let peer = Held(try RawSocket(port: listener.localAddress.port, receiveBuffer: 4096))
    guard case .accepted(let socket, _) = listener.accept() else { throw RawSocket.Failure.refused }
    let owner = TestOwner(SocketStream(socket, loop: loop, options: SocketStream.SharedOptions(options), tls: tls))
    gone = owner
    #expect(await loop.run { owner.stream.start(owner) })
    try await test(loop, peer, owner)
  }
  #expect(gone == nil)
}
