internal import COpenSSL
internal import Wire

/// Numbers that a server cannot foresee (RFC 6455 sections 4.1 and 5.3).
enum WebSocketClientRandom {
  static func maskKey() -> UInt32 {
    var key: UInt32 = 0
    withUnsafeMutableBytes(of: &key) { fill($0) }
    return key
  }

  /// The value of `Sec-WebSocket-Key`, new for each connection.
  static func handshakeKey() -> String {
    var nonce = [UInt8](repeating: 0, count: 16)
    nonce.withUnsafeMutableBytes { fill($0) }
    return WebSocketHandshake.key(nonce: nonce)
  }

  /// OpenSSL's generator fails only without a source of entropy, when nothing on the machine could be secret.
  private static func fill(_ bytes: UnsafeMutableRawBufferPointer) {
    let isFilled = RAND_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count)) == 1
    precondition(isFilled, "no random numbers")
  }
}
