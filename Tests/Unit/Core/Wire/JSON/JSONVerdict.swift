import Wire

/// What the ways of reading a document say of it: `nil` when it is valid, else the error.
enum JSONVerdict {
  static func bySkipping(_ document: [UInt8], depthLimit: Int = 64) -> JSONError? {
    run(document) { (bytes) throws(JSONError) in
      var reader = JSONReader(bytes, depthLimit: depthLimit)
      try reader.skipValue()
      try reader.expectEnd()
    }
  }

  static func byValue(_ document: [UInt8], depthLimit: Int = 64) -> JSONError? {
    run(document) { (bytes) throws(JSONError) in _ = try JSONValue(parsing: bytes, depthLimit: depthLimit) }
  }

  /// The document in memory of exactly its length, so that a byte read beyond it traps.
  private static func run(
    _ document: [UInt8], _ read: (UnsafeRawBufferPointer) throws(JSONError) -> Void
  ) -> JSONError? {
    document.withUnsafeBytes { bytes in
      do throws(JSONError) {
        try read(bytes)
        return nil
      } catch {
        return error
      }
    }
  }
}

/// Runs a body over a reader of a text; what the body throws is handed out.
func readJSON<Result>(
  _ text: String, depthLimit: Int = 64, _ body: (inout JSONReader) throws(JSONError) -> Result
) throws -> Result {
  try Array(text.utf8).withUnsafeBytes { bytes in
    var reader = JSONReader(bytes, depthLimit: depthLimit)
    return try body(&reader)
  }
}
