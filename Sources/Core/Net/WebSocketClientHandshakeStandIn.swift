internal import COpenSSL
internal import Wire

/// Stands in until Wire's handshake is merged; shadows it, so that both may be there for a while.
enum WebSocketHandshake {
  static func acceptValue(for key: String) -> String {
    let text = Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
    var digest = [UInt8](repeating: 0, count: 20)
    EVP_Digest(text, text.count, &digest, nil, EVP_sha1(), nil)
    var base64 = [UInt8](repeating: 0, count: 29)
    EVP_EncodeBlock(&base64, digest, 20)
    return String(decoding: base64.prefix(28), as: UTF8.self)
  }

  static func request(host: String, target: String, key: String, headers: [(String, String)]) -> [UInt8] {
    let own = [
      ("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", key),
      ("Sec-WebSocket-Version", "13"),
    ]
    let lines = (own + headers).map { "\($0): \($1)\r\n" }.joined()
    return Array("GET \(target) HTTP/1.1\r\n\(lines)\r\n".utf8)
  }

  static func check(_ head: HTTPResponseHead, key: String) throws(HTTPFault) {
    guard head.headers["Sec-WebSocket-Accept"] == acceptValue(for: key) else {
      throw HTTPFault(status: .badGateway, reason: "Sec-WebSocket-Accept is not the key's")
    }
  }
}
