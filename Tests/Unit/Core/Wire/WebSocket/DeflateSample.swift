@testable import Wire

/// Messages and their compressed form, from RFC 7692 §7.2.3 and from Python:
/// `o = zlib.compressobj(6, zlib.DEFLATED, -15, 8); (o.compress(m) + o.flush(zlib.Z_SYNC_FLUSH))[:-4].hex()`.
enum DeflateSample {
  /// §7.2.3.1, "Hello".
  static let hello = bytes("f248cdc9c90700")
  /// §7.2.3.2, "Hello" again, with the first in the window.
  static let helloAgain = bytes("f200110000")
  /// §7.2.3.3, "Hello" in a block without compression.
  static let helloStored = bytes("000500faff48656c6c6f00")
  /// §7.2.3.4, "Hello" in a block that says it is the last.
  static let helloFinal = bytes("f348cdc9c9070000")
  /// §7.2.3.5, "Hello" in two blocks.
  static let helloInTwoBlocks = bytes("f248050000 00ffffcac9c90700")

  static let trade =
    #"{"exchange":"binance","symbol":"BTCUSDT","timestamp":"2026-11-25T10:20:00.123Z","side":"buy","#
    + #""price":101621.70,"quantity":0.123,"value":12499.46910,"is_buyer_maker":false,"id":12345678901}"#
  static let tradeCompressed = bytes(
    "1c8cc10e82301005ff65cf40ba058aed51fd03f1e28514a8da482bd26224c67f77e1f82633ef0be6d3ddb5bf1950d05aaf7d672081b0b8f6"
      + "3910dad787f3e958138ad69910b51b8972c6458a98f2b246a638538c65c8f3cb5ada7ebb9a171ae364e94e2143c131ab5802af59fb68e3"
      + "026a2b1278eb615e155e4899154222493634d49ba971fa612650573d0443b85fbdbc2845b5930c7f7f00")
  /// The same again, with the first in the window.
  static let tradeAgain = bytes("aa1ec26e0700")
  /// "κόσμε", then a surrogate (U+D800 as three bytes), then "edited".
  static let wrongText = bytes("3ab7eb7ccff9b70b1a5253324b52530000")

  static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.filter { $0 != " " }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// That many zeros as zlib compresses them best: about a thousandth.
  static func zeros(_ count: Int) -> [UInt8] {
    var deflater = MessageDeflater(windowBits: 15)
    return [UInt8](repeating: 0, count: count).withUnsafeBytes { deflater?.message($0) } ?? []
  }
}
