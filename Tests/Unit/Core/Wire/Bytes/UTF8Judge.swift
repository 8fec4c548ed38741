import Support

/// The standard library on what is UTF-8: what is not, it replaces. `String(validating:)` says the same, by an error inside
/// that costs more than all the rest of a test.
enum UTF8Judge {
  static func accepts(_ bytes: [UInt8]) -> Bool {
    Array(String(decoding: bytes, as: UTF8.self).utf8).isSame(as: bytes)
  }
}
