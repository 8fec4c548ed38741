internal import CLinux
internal import COpenSSL
internal import Glibc

/// The server's side of one TLS connection: bytes of the socket in, bytes for the socket out. Knows no socket, so it
/// never blocks and never half-writes: what is encrypted waits in `output` until its owner has sent it. Loop-confined.
final class TLSServerStream {
  /// Where the connection stands.
  enum Phase {
    case handshake
    case open
    /// Our close_notify is in the output, or the connection has failed: nothing is read or written any more.
    case over
  }

  /// What received bytes came to.
  enum Outcome: Equatable {
    /// Nothing further until more bytes come.
    case needsMore
    /// The client has said that it sends nothing more (close_notify); it may still read.
    case ended
    /// The client broke the protocol, or would not agree; an alert may be in the output.
    case failed
  }

  /// The most plain bytes of one record (RFC 8446 section 5.1).
  static let recordBytes = 16_384
  /// The most plain bytes encrypted before the socket has taken them: few system calls for a large answer, and little
  /// beyond the outbox's own limit for a client that reads nothing.
  static let batchBytes = 65_536
  /// With more output waiting nothing is read: a client that asks for new keys over and over, and reads no answer,
  /// makes us keep no more than this and the answers to one read.
  static let maxOutputBytes = 65_536

  private let raw: OpaquePointer
  private(set) var phase = Phase.handshake
  /// Whether the handshake was ever completed.
  private(set) var isEstablished = false
  private var output: [UInt8] = []
  private var outputSent = 0
  /// What is left of the bytes being received; of use during `receive` only.
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)

  /// A connection that waits for the client's hello.
  init(_ context: TLSServerContext) throws(TLSFault) {
    ERR_clear_error()
    guard let raw = SSL_new(context.raw) else { throw .last("no TLS connection") }
    self.raw = raw
    guard let bytes = BIO_new(TLSServerBytes.method.raw) else { throw .last("no TLS connection") }
    BIO_set_data(bytes, Unmanaged.passUnretained(self).toOpaque())
    BIO_set_init(bytes, 1)
    // One reference serves both directions.
    SSL_set_bio(raw, bytes, bytes)
    SSL_set_accept_state(raw)
  }

  deinit {
    SSL_free(raw)
  }

  // MARK: Bytes in

  /// Takes what the socket gave, all of it, and hands out what it says; `plain` is the room for one record of it.
  func receive(
    _ bytes: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer,
    deliver: (UnsafeRawBufferPointer) -> Void
  ) -> Outcome {
    input = bytes
    defer { input = UnsafeRawBufferPointer(start: nil, count: 0) }
    if phase == .handshake {
      let outcome = shakeHands()
      guard phase == .open else { return outcome }
    }
    while phase == .open {
      ERR_clear_error()
      var count = 0
      let result = SSL_read_ex(raw, plain.baseAddress, plain.count, &count)
      guard result == 1 else { return outcome(of: result) }
      deliver(UnsafeRawBufferPointer(rebasing: plain[..<count]))
    }
    return .failed
  }

  private func shakeHands() -> Outcome {
    ERR_clear_error()
    let result = SSL_do_handshake(raw)
    guard result == 1 else { return outcome(of: result) }
    phase = .open
    isEstablished = true
    return .needsMore
  }

  private func outcome(of result: Int32) -> Outcome {
    switch SSL_get_error(raw, result) {
    case SSL_ERROR_WANT_READ: return .needsMore
    case SSL_ERROR_ZERO_RETURN where phase == .open: return .ended
    default:
      phase = .over
      ERR_clear_error()
      return .failed
    }
  }

  fileprivate func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(bytes.count, input.count)
    guard count > 0 else { return 0 }
    bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
    input = UnsafeRawBufferPointer(rebasing: input[count...])
    return count
  }

  // MARK: Bytes out

  /// Encrypted bytes that wait for the socket.
  var outputCount: Int { output.count - outputSent }

  /// What waits, as one vector that is valid during the call.
  func withOutput<R>(_ body: (UnsafeMutableBufferPointer<iovec>) -> R) -> R {
    output.withUnsafeMutableBytes { bytes in
      let rest = bytes[outputSent...]
      var vector = iovec(iov_base: UnsafeMutableRawBufferPointer(rebasing: rest).baseAddress, iov_len: rest.count)
      return withUnsafeMutablePointer(to: &vector) { body(UnsafeMutableBufferPointer(start: $0, count: 1)) }
    }
  }

  /// The socket has taken so many; with the last one the memory goes too.
  func sent(_ count: Int) {
    outputSent += min(count, outputCount)
    guard outputCount == 0 else { return }
    output = []
    outputSent = 0
  }

  /// Encrypts from the front of the vectors, at most `batchBytes`. Small pieces are put together into one record in the
  /// scratch room; a large one is encrypted from where it lies. Gives how many bytes it took; `nil` when that failed.
  func encrypt(_ vectors: UnsafeMutableBufferPointer<iovec>, scratch: UnsafeMutableRawBufferPointer) -> Int? {
    guard phase == .open else { return nil }
    var pieces = RecordPieces(vectors, scratch: scratch)
    var taken = 0
    while taken < Self.batchBytes, let piece = pieces.next() {
      ERR_clear_error()
      var count = 0
      guard SSL_write_ex(raw, piece.baseAddress, piece.count, &count) == 1, count == piece.count else {
        phase = .over
        ERR_clear_error()
        return nil
      }
      taken += count
    }
    return taken
  }

  /// Says goodbye (close_notify); nothing can be sent behind it.
  func end() {
    // SSL_shutdown(3): not after a fatal error, and not during the handshake.
    if phase == .open {
      ERR_clear_error()
      SSL_shutdown(raw)
      ERR_clear_error()
    }
    phase = .over
  }

  fileprivate func write(_ bytes: UnsafeRawBufferPointer) { output.append(contentsOf: bytes) }
}

/// Cuts what waits in an outbox into the contents of records.
private struct RecordPieces {
  private let vectors: UnsafeMutableBufferPointer<iovec>
  private let scratch: UnsafeMutableRawBufferPointer
  private var index = 0
  private var offset = 0

  init(_ vectors: UnsafeMutableBufferPointer<iovec>, scratch: UnsafeMutableRawBufferPointer) {
    self.vectors = vectors
    self.scratch = UnsafeMutableRawBufferPointer(
      rebasing: scratch[..<min(scratch.count, TLSServerStream.recordBytes)])
  }

  /// The next piece; over when the next one is asked for.
  mutating func next() -> UnsafeRawBufferPointer? {
    guard index < vectors.count else { return nil }
    let rest = vectors[index].iov_len - offset
    if rest >= scratch.count || index + 1 == vectors.count { return take(upTo: scratch.count) }
    var filled = 0
    while filled < scratch.count, let part = take(upTo: scratch.count - filled) {
      UnsafeMutableRawBufferPointer(rebasing: scratch[filled...]).copyMemory(from: part)
      filled += part.count
    }
    return UnsafeRawBufferPointer(rebasing: scratch[..<filled])
  }

  /// From one vector.
  private mutating func take(upTo limit: Int) -> UnsafeRawBufferPointer? {
    guard index < vectors.count, let base = vectors[index].iov_base else { return nil }
    let count = min(limit, vectors[index].iov_len - offset)
    defer {
      offset += count
      if offset == vectors[index].iov_len {
        index += 1
        offset = 0
      }
    }
    return UnsafeRawBufferPointer(start: base + offset, count: count)
  }
}

/// How OpenSSL reaches the bytes of a `TLSServerStream`. Memory of OpenSSL's own (`BIO_s_mem`) would stay with each idle
/// client, and a socket of its own would end in the middle of a record, which then must be written again unchanged while
/// the outbox replaces and drops what has not left.
///
/// Safe to share: made once, never changed.
private final class TLSServerBytes: @unchecked Sendable {
  static let method = TLSServerBytes()
  let raw: OpaquePointer?

  private init() {
    raw = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "marketgate server")
    BIO_meth_set_read(raw) { bio, bytes, count in
      BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
      let room = UnsafeMutableRawBufferPointer(start: bytes, count: Int(max(count, 0)))
      let got = TLSServerBytes.stream(of: bio)?.read(into: room) ?? 0
      guard got == 0 else { return Int32(truncatingIfNeeded: got) }
      BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
      return -1
    }
    BIO_meth_set_write(raw) { bio, bytes, count in
      guard let stream = TLSServerBytes.stream(of: bio), count > 0 else { return -1 }
      stream.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      return count
    }
    // OpenSSL flushes; everything else has no meaning here.
    BIO_meth_set_ctrl(raw) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
  }

  private static func stream(of bio: OpaquePointer?) -> TLSServerStream? {
    guard let context = BIO_get_data(bio) else { return nil }
    return Unmanaged<TLSServerStream>.fromOpaque(context).takeUnretainedValue()
  }
}
