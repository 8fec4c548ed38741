internal import CLinux
internal import Glibc

/// A non-blocking TCP socket; closed with its last reference at the latest.
final class Socket {
  // Without the check of exclusive access: docs/decisions/0023.
  @exclusivity(unchecked) private(set) var descriptor: Int32

  enum ReadResult: Equatable {
    case bytes(Int)
    case wouldBlock
    /// The peer has sent its end (FIN).
    case ended
    case failed
  }

  enum WriteResult: Equatable {
    case wrote(Int)
    case wouldBlock
    case failed
  }

  enum AcceptResult {
    case accepted(Socket, SocketAddress)
    case wouldBlock
    /// The client was gone before we came: take the next.
    case aborted
    /// No descriptors or memory left for now.
    case exhausted
  }

  /// Takes over the descriptor.
  init(owning descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { close() }

  var isOpen: Bool { descriptor >= 0 }

  func close() {
    guard descriptor >= 0 else { return }
    Glibc.close(descriptor)
    descriptor = -1
  }

  /// Sends our end (FIN) after what is written; reading goes on.
  func finishWriting() { _ = shutdown(descriptor, SystemConstant.shutWrite) }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .ended }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .wouldBlock : .failed
    }
  }

  /// One gathering write; a peer that is gone is an answer, not SIGPIPE.
  func write(_ vectors: UnsafeMutableBufferPointer<iovec>) -> WriteResult { Socket.write(vectors, to: descriptor) }

  /// The same to the descriptor of an open socket.
  static func write(_ vectors: UnsafeMutableBufferPointer<iovec>, to descriptor: Int32) -> WriteResult {
    // One piece goes without a header for the kernel to copy and check: a fiftieth of the call.
    if vectors.count == 1 { return write(vectors[0], to: descriptor) }
    var message = msghdr()
    message.msg_iov = vectors.baseAddress
    message.msg_iovlen = vectors.count
    while true {
      let count = sendmsg(descriptor, &message, SystemConstant.noSignal)
      if count >= 0 { return .wrote(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .wouldBlock : .failed
    }
  }

  private static func write(_ vector: iovec, to descriptor: Int32) -> WriteResult {
    while true {
      let count = send(descriptor, vector.iov_base, vector.iov_len, SystemConstant.noSignal)
      if count >= 0 { return .wrote(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .wouldBlock : .failed
    }
  }

  /// Small frames leave at once: the outbox has put together what belongs together.
  func disableDelay() { setOption(SystemConstant.protocolTCP, SystemConstant.noDelay, 1) }

  @discardableResult
  func setOption(_ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
    var value = value
    return setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
  }

  var localAddress: SocketAddress { SocketAddress.filled { getsockname(descriptor, $0, $1) }.address }

  /// A socket that listens. `sharesPort`: several may listen on one port, and the kernel spreads the clients.
  static func listening(on address: SocketAddress, sharesPort: Bool, backlog: Int32 = 4096) throws(NetError) -> Socket {
    let flags = SystemConstant.streamSocket | SystemConstant.socketNonBlocking | SystemConstant.socketCloseOnExec
    let descriptor = socket(address.family, flags, 0)
    guard descriptor >= 0 else { throw .last("socket") }
    let result = Socket(owning: descriptor)
    result.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
    if sharesPort, !result.setOption(SOL_SOCKET, SO_REUSEPORT, 1) { throw .last("setsockopt") }
    guard address.withAddress({ bind(descriptor, $0, $1) }) == 0 else { throw .last("bind") }
    guard listen(descriptor, backlog) == 0 else { throw .last("listen") }
    return result
  }

  func accept() -> AcceptResult {
    let flags = SystemConstant.socketNonBlocking | SystemConstant.socketCloseOnExec
    let (address, accepted) = SocketAddress.filled { accept4(descriptor, $0, $1, flags) }
    if accepted >= 0 { return .accepted(Socket(owning: accepted), address) }
    switch errno {
    case EAGAIN: return .wouldBlock
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
    // accept(2): errors of the new connection are reported here and mean "try the next".
    default: return .aborted
    }
  }
}
