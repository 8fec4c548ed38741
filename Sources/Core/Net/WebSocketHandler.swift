public import Wire

/// What the application does with one WebSocket client. All calls come on the client's loop.
public protocol WebSocketHandler: AnyObject {
  /// A text message, valid UTF-8; the bytes live during the call.
  func received(text: UnsafeRawBufferPointer)
  /// A binary message; the bytes live during the call.
  func received(binary: UnsafeRawBufferPointer)
  /// The client is gone or going, and nothing more can be sent: exactly once, however it ended, and never from within
  /// a call of the handler's own. The code is the one that was sent or received; 1006 when the connection broke.
  func closed(_ code: WebSocketCloseCode, reason: String)
  /// From now on what is sent through the outbox of `WebSocketConnection.share` goes to this client too.
  func sharingBegan()
  /// From now on it does not; what was sent there until now is on its way to this client.
  func sharingEnded()
}

extension WebSocketHandler {
  /// Nothing, for those who never share.
  public func sharingBegan() {}
  /// The same.
  public func sharingEnded() {}
}
