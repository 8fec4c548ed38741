import CLinux
import Glibc
import Support
import Testing

@testable import Net

@Suite struct WebSocketClientTransportTests {
  /// Two connected, non-blocking sockets.
  private func pair() -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends)
    return (ends[0], ends[1])
  }

  private func read(_ transport: WebSocketClientTransport, atMost count: Int = 10) -> (StreamRead, [UInt8]) {
    var buffer = [UInt8](repeating: 0, count: count)
    let outcome = buffer.withUnsafeMutableBytes { transport.read(into: $0) }
    guard case .bytes(let read) = outcome else { return (outcome, []) }
    return (outcome, Array(buffer[..<read]))
  }

  @Test func aPlainSocketReadsUntilItIsEmptyAndThenToTheEnd() {
    let (mine, other) = pair()
    defer { close(mine) }
    let transport = WebSocketClientTransport.plain(descriptor: mine)
    #expect(read(transport).0 == .wouldBlock)
    _ = [1, 2, 3].withUnsafeBytes { send(other, $0.baseAddress, 3, 0) }
    #expect(read(transport, atMost: 2).0 == .bytes(2))
    #expect(read(transport).0 == .bytes(1))
    #expect(read(transport).0 == .wouldBlock)
    close(other)
    #expect(read(transport).0 == .end)
  }

  @Test func aPlainSocketThatGaveLessThanThereIsRoomForIsEmpty() {
    let transport = WebSocketClientTransport.plain(descriptor: -1)
    #expect(transport.isDrained(by: 9, of: 10) && !transport.isDrained(by: 10, of: 10))
  }

  @Test func aClosedSocketFailsWithASentence() {
    let (mine, other) = pair()
    defer { close(mine) }
    close(other)
    let transport = WebSocketClientTransport.plain(descriptor: mine)
    guard case .failed(let reason) = [UInt8(1)].withUnsafeBytes({ transport.write($0) }) else {
      Issue.record("a write to nobody succeeded")
      return
    }
    #expect(reason == "Broken pipe")
    #expect(read(.plain(descriptor: -1)).0 == .failed("Bad file descriptor"))
  }

  @Test func theOutboxIsBounded() {
    var outbox = WebSocketClientOutbox(maxBytes: 4)
    #expect(outbox.isEmpty)
    let taken = [[1, 2, 3], [4, 5], [4], [5], []].map { outbox.append($0) }
    #expect(taken == [true, false, true, false, true])
    #expect(outbox.count == 4)
  }

  @Test func theOutboxKeepsItsOrderPastAFullSocket() {
    let (mine, other) = pair()
    defer {
      close(mine)
      close(other)
    }
    let bytes = [UInt8](repeating: (0..<251 * 256).map { UInt8(truncatingIfNeeded: $0 / 251) }, count: 3_000_000)
    var outbox = WebSocketClientOutbox(maxBytes: 4 << 20)
    _ = outbox.append(Array(bytes[..<1_000_000]))
    let firstFault = outbox.flush(to: .plain(descriptor: mine))
    #expect(firstFault == nil)
    #expect(!outbox.isEmpty)
    _ = outbox.append(Array(bytes[1_000_000...]))
    var received: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 100_000)
    while received.count < bytes.count {
      let count = recv(other, &chunk, chunk.count, 0)
      if count > 0 { received.append(contentsOf: chunk[..<count]) }
      guard outbox.flush(to: .plain(descriptor: mine)) == nil, count > 0 || !outbox.isEmpty else { break }
    }
    #expect(received.isSame(as: bytes))
    #expect(outbox.isEmpty && outbox.count == 0)
  }

  @Test func aFailedFlushSaysWhy() {
    var outbox = WebSocketClientOutbox(maxBytes: 4)
    let faultOfNothing = outbox.flush(to: .plain(descriptor: -1))
    #expect(faultOfNothing == nil)
    _ = outbox.append([1])
    let fault = outbox.flush(to: .plain(descriptor: -1))
    #expect(fault == "Bad file descriptor")
  }
}
