internal import COpenSSL

/// Numbers that a server cannot foresee (RFC 6455 sections 4.1 and 5.3).
enum WebSocketClientRandom {
  static func maskKey() -> UInt32 {
    var key: UInt32 = 0
    withUnsafeMutableBytes(of: &key) { fill($0) }
    return key
  }

  /// The value of `Sec-WebSocket-Key`: "a nonce consisting of a randomly selected 16-byte value", in base64.
  static func handshakeKey() -> String {
    var nonce = [UInt8](repeating: 0, count: 16)
    nonce.withUnsafeMutableBytes { fill($0) }
    // Four characters for three bytes, and the zero that EVP_EncodeBlock(3) puts after them.
    var text = [UInt8](repeating: 0, count: 25)
    let length = EVP_EncodeBlock(&text, nonce, Int32(nonce.count))
    return String(decoding: text.prefix(Int(length)), as: UTF8.self)
  }

  /// OpenSSL's generator fails only without a source of entropy, when nothing on the machine could be secret.
  private static func fill(_ bytes: UnsafeMutableRawBufferPointer) {
    let isFilled = RAND_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count)) == 1
    precondition(isFilled, "no random numbers")
  }
}
