/// Who uses a `WebSocketClient`. Every call comes on the client's loop, never from inside a call to the client.
///
/// The client holds its delegate from `connect()` until `closed(_:)` has returned.
public protocol WebSocketClientDelegate: AnyObject {
  /// The opening handshake is done; messages may be sent.
  func opened()
  /// A whole text message; the bytes are valid UTF-8 and live until the call returns.
  func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64)
  /// A whole binary message; the bytes live until the call returns.
  func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64)
  /// What one wake-up of the socket brought has been delivered: what was gathered may be passed on.
  func readFinished()
  /// A pong came, asked for or not.
  func ponged()
  /// The end; called exactly once after `connect()`, and nothing is called after it.
  func closed(_ closure: WebSocketClosure)
}
