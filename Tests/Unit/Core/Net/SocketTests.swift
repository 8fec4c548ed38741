import Glibc
import Support
import Testing

@testable import Net

@Suite struct SocketTests {
  @Test func saysWhatAReadFound() throws {
    let (socket, peer) = try connected()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
    defer { buffer.deallocate() }
    #expect(socket.read(into: buffer) == .wouldBlock)
    peer.send("abc")
    #expect(socket.read(into: buffer) == .bytes(3))
    peer.finishWriting()
    #expect(socket.read(into: buffer) == .ended)
    socket.close()
    #expect(socket.read(into: buffer) == .failed)
    #expect(!socket.isOpen)
  }

  @Test func saysWhatAWriteFound() throws {
    let (socket, peer) = try connected()
    var text = Array("gathered".utf8)
    let result = text.withUnsafeMutableBytes { bytes in
      write(socket, [(bytes.baseAddress, 4), (bytes.baseAddress?.advanced(by: 4), 4)])
    }
    #expect(result == .wrote(8))
    #expect(try peer.read(8) == text)
    var large = [UInt8](repeating: 0, count: 1 << 20)
    let full = large.withUnsafeMutableBytes { bytes in
      for _ in 0..<64 {
        let result = write(socket, [(bytes.baseAddress, bytes.count)])
        if result == .wouldBlock { return result }
      }
      return .failed
    }
    #expect(full == .wouldBlock)
    peer.reset()
    let broken = large.withUnsafeMutableBytes { write(socket, [($0.baseAddress, 1)]) }
    #expect(broken == .failed)
  }

  @Test func sendsItsEndAndReadsOn() throws {
    let (socket, peer) = try connected()
    socket.disableDelay()
    socket.finishWriting()
    #expect(try peer.readToEnd().isEmpty)
    peer.send("x")
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
    defer { buffer.deallocate() }
    #expect(socket.read(into: buffer) == .bytes(1))
  }

  @Test func closesWithItsLastReference() throws {
    let (socket, peer) = try connected()
    withExtendedLifetime(socket) {}
    var held: Socket? = socket
    #expect(held?.isOpen == true)
    held = nil
    _ = peer
  }

  @Test func saysWhyItCannotListen() throws {
    let address = try SocketAddress.resolving("127.0.0.1", port: 0)
    let first = try Socket.listening(on: address, sharesPort: true)
    let taken = first.localAddress
    #expect(try Socket.listening(on: taken, sharesPort: true).localAddress.port == taken.port)
    #expect(throws: NetError.system(call: "bind", number: EADDRINUSE)) {
      try Socket.listening(on: taken, sharesPort: false)
    }
    #expect(throws: NetError.system(call: "bind", number: EADDRNOTAVAIL)) {
      try Socket.listening(on: try .resolving("192.0.2.1", port: 0), sharesPort: false)
    }
  }

  @Test func saysThatNobodyWaits() throws {
    let listener = try Socket.listening(on: try .resolving("127.0.0.1", port: 0), sharesPort: false)
    guard case .wouldBlock = listener.accept() else {
      Issue.record("a client came out of nothing")
      return
    }
  }

  private func write(_ socket: Socket, _ parts: [(UnsafeMutableRawPointer?, Int)]) -> Socket.WriteResult {
    var vectors = parts.map { iovec(iov_base: $0.0, iov_len: $0.1) }
    return vectors.withUnsafeMutableBufferPointer { socket.write($0) }
  }

  private func connected() throws -> (Socket, RawSocket) {
    let listener = try Socket.listening(on: try .resolving("127.0.0.1", port: 0), sharesPort: false)
    let peer = try RawSocket(port: listener.localAddress.port)
    guard case .accepted(let socket, let address) = listener.accept() else { throw RawSocket.Failure.refused }
    #expect(address.host == "127.0.0.1")
    return (socket, peer)
  }
}
