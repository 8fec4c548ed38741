public import Contract
public import Model

/// Keeps messages that could not be read, so that somebody can look at them. Called on the exchange's loop.
public protocol FrameQuarantine: Sendable {
  /// Keeps a message, or a part of it; the bytes live until the call returns.
  func keep(
    _ message: UnsafeRawBufferPointer, _ error: FrameError, endpoint: StreamEndpoint, receiveTime: Timestamp)
}
