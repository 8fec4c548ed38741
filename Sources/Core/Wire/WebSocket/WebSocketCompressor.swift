/// Makes the messages that one side sends on a compressed connection. Holds memory of zlib only where messages refer to
/// earlier ones; else it is taken for each message, no larger than that needs, and given back.
public struct WebSocketCompressor: Sendable {
  private let terms: WebSocketCompressionTerms.Direction
  private var kept: MessageDeflater?

  /// A compressor that keeps to the terms of its direction.
  public init(_ terms: WebSocketCompressionTerms.Direction) {
    self.terms = terms
  }

  /// A whole text message as a server sends it, compressed where that makes it shorter. The bytes must be UTF-8.
  public mutating func serverText(_ payload: UnsafeRawBufferPointer) -> SharedBytes {
    frame(.text, payload)
  }

  /// A whole binary message as a server sends it, compressed where that makes it shorter.
  public mutating func serverBinary(_ payload: UnsafeRawBufferPointer) -> SharedBytes {
    frame(.binary, payload)
  }

  private mutating func frame(_ opcode: WebSocketOpcode, _ payload: UnsafeRawBufferPointer) -> SharedBytes {
    guard let compressed = compressed(payload) else { return WebSocketFrame.frame(opcode, payload) }
    return compressed.withUnsafeBytes { WebSocketFrame.frame(opcode, $0, isCompressed: true) }
  }

  /// The message's bytes for a frame with RSV1; nil when it is to be sent as it is.
  mutating func compressed(_ payload: UnsafeRawBufferPointer) -> [UInt8]? {
    guard payload.count >= WebSocketCompression.minimumBytes else { return nil }
    guard terms.keepsContext else { return WebSocketCompressor.single(payload, windowBits: terms.windowBits) }
    // Once it is in the window the peer must get it too, even if it is longer so.
    guard var deflater = kept.take() ?? MessageDeflater(windowBits: terms.windowBits) else { return nil }
    let message = deflater.message(payload)
    kept = deflater
    return message
  }

  /// A message that refers to no other; nil when it would not be shorter.
  static func single(_ payload: UnsafeRawBufferPointer, windowBits: Int) -> [UInt8]? {
    guard payload.count >= WebSocketCompression.minimumBytes else { return nil }
    let bits = MessageDeflater.windowBits(forMessageOf: payload.count, atMost: windowBits)
    var deflater = MessageDeflater(windowBits: windowBits < bits ? windowBits : bits)
    guard let message = deflater?.message(payload), message.count < payload.count else { return nil }
    return message
  }
}
