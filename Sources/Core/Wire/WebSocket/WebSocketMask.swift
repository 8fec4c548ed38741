/// The masking of RFC 6455 §5.3. A key is a number whose most significant byte masks the first byte.
enum WebSocketMask {
  /// Masks or unmasks in place; `offset` is how many bytes of the same payload came before.
  static func apply(_ key: UInt32, offset: Int, to bytes: UnsafeMutableRawBufferPointer) {
    guard let base = bytes.baseAddress, key != 0 else { return }
    let shift = (offset & 3) * 8
    let turned = key << shift | key >> (32 - shift)
    // The order of the key's bytes in memory is the order on the wire, whatever the machine's.
    let word = UInt64(turned.bigEndian) &* 0x1_0000_0001
    let count = bytes.count
    var index = 0
    while count - index >= 8 {
      let masked = base.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ word
      base.storeBytes(of: masked, toByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < count {
      bytes[index] ^= UInt8(truncatingIfNeeded: turned >> (24 - (index & 3) * 8))
      index += 1
    }
  }
}
