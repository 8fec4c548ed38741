public import Contract
public import Model

extension FrameDecoder {
  /// What one message decodes to.
  public mutating func decode(text: String, receiveTime: Timestamp = .epoch) throws(FrameError) -> EventBuffer {
    try decode(bytes: Array(text.utf8), receiveTime: receiveTime)
  }

  /// What one message decodes to.
  public mutating func decode(bytes: [UInt8], receiveTime: Timestamp = .epoch) throws(FrameError) -> EventBuffer {
    var buffer = EventBuffer()
    try bytes.withUnsafeBufferPointer { (memory) throws(FrameError) in
      try decode(UnsafeRawBufferPointer(memory), receiveTime: receiveTime, into: &buffer)
    }
    return buffer
  }
}
