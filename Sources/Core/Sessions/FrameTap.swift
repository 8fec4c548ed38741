public import Contract
public import Model

/// Sees the messages of an exchange's streams before anything is decoded. Called on the exchange's loop; a session
/// without a tap pays one look at a reference a message.
public protocol FrameTap: AnyObject {
  /// A connection is being made; what it carries goes to the tap that is given back.
  func connecting(to endpoint: StreamEndpoint) -> any ConnectionTap
}

/// Sees the messages of one connection, whole and decompressed. Control frames are not among them.
public protocol ConnectionTap: AnyObject {
  /// The connection is open.
  func opened(at time: Timestamp)
  /// A text message came; the bytes are valid UTF-8 and live until the call returns.
  func received(text: UnsafeRawBufferPointer, receiveMicroseconds: Int64)
  /// A binary message came; the bytes live until the call returns.
  func received(binary: UnsafeRawBufferPointer, receiveMicroseconds: Int64)
  /// A text message was handed over to be sent.
  func sent(_ text: String, at time: Timestamp)
  /// The connection is over, or never came about; nothing follows.
  func closed(_ reason: String, at time: Timestamp)
}
