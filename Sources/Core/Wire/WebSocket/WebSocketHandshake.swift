internal import CCrypto

/// The opening handshake (RFC 6455 §4): a GET request that asks for the protocol, a 101 that proves it was understood.
///
/// ```
/// GET /chat HTTP/1.1                                  HTTP/1.1 101 Switching Protocols
/// Host: server.example.com                            Upgrade: websocket
/// Upgrade: websocket                                  Connection: Upgrade
/// Connection: Upgrade                                 Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
/// Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
/// Sec-WebSocket-Version: 13
/// ```
///
/// No subprotocol is offered or chosen: what a client offers is not answered (§4.2.2 allows that), and a server that
/// chooses one is refused. Of extensions there is permessage-deflate (RFC 7692), where `WebSocketCompression` asks for it.
public enum WebSocketHandshake {
  /// The one version of RFC 6455 (§4.1).
  public static let version = "13"
  /// How many random bytes a key is made of.
  public static let nonceBytes = 16

  /// `Sec-WebSocket-Accept` for a key: SHA-1 and base64 of the key and a fixed GUID (§4.2.2, §1.3).
  public static func acceptValue(for key: String) -> String {
    let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
    var digest = [UInt8](repeating: 0, count: 20)
    EVP_Digest(text, text.count, &digest, nil, EVP_sha1(), nil)
    return Base64.text(of: digest)
  }
}
