import COpenSSL
import Glibc

/// A blocking TLS client: OpenSSL on memory, so that a test decides which bytes go to the server and when. Used by one
/// thread.
public final class TLSClient {
  /// Why it came to no good end.
  public enum Failure: Error, Equatable {
    /// OpenSSL's reason: `tlsv1 alert protocol version`.
    case refused(String)
    /// The server has said that it ends (close_notify).
    case ended
  }

  private let transmit: ([UInt8]) -> Void
  private let receive: () throws -> [UInt8]
  private let context: OpaquePointer
  private let tls: OpaquePointer
  private let input: OpaquePointer
  private let output: OpaquePointer
  private var buffered: [UInt8] = []

  /// A client over a socket.
  public convenience init(
    _ socket: RawSocket, caFile: String, protocols: [String] = [], maxVersion: Int32 = 0
  ) {
    self.init(
      caFile: caFile, protocols: protocols, maxVersion: maxVersion, transmit: { socket.send($0) },
      receive: { try socket.readSome() })
  }

  /// A client of `localhost` that trusts the authority alone; nothing is said yet. `protocols` are offered by ALPN;
  /// `maxVersion` 0 is the latest.
  public init(
    caFile: String, protocols: [String] = [], maxVersion: Int32 = 0, transmit: @escaping ([UInt8]) -> Void,
    receive: @escaping () throws -> [UInt8]
  ) {
    self.transmit = transmit
    self.receive = receive
    guard let context = SSL_CTX_new(TLS_client_method()),
      SSL_CTX_load_verify_locations(context, caFile, nil) == 1, let tls = SSL_new(context),
      let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
    else { preconditionFailure("no TLS connection") }
    (self.context, self.tls, self.input, self.output) = (context, tls, input, output)
    SSL_set_bio(tls, input, output)
    SSL_set_connect_state(tls)
    if maxVersion != 0 {
      // OpenSSL speaks old versions only when told that nothing is too weak.
      SSL_set_security_level(tls, 0)
      SSL_ctrl(tls, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_VERSION), nil)
      SSL_ctrl(tls, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(maxVersion), nil)
    }
    SSL_set_verify(tls, SSL_VERIFY_PEER, nil)
    SSL_set1_host(tls, "localhost")
    let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    if !list.isEmpty { SSL_set_alpn_protos(tls, list, UInt32(list.count)) }
  }

  deinit {
    SSL_free(tls)
    SSL_CTX_free(context)
  }

  // MARK: The handshake

  /// Makes the handshake.
  public func shakeHands() throws {
    while true {
      ERR_clear_error()
      let result = SSL_do_handshake(tls)
      let error = SSL_get_error(tls, result)
      let said = takeOutput()
      if !said.isEmpty { transmit(said) }
      if result == 1 { return }
      guard error == SSL_ERROR_WANT_READ else { throw refusal() }
      try feed()
    }
  }

  /// What the client says first, unsent.
  public func hello() -> [UInt8] {
    SSL_do_handshake(tls)
    return takeOutput()
  }

  /// The version agreed on: `TLSv1.3`.
  public var version: String { String(cString: SSL_get_version(tls)) }

  /// The cipher agreed on.
  public var cipher: String { String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(tls))) }

  /// The protocol agreed on by ALPN; empty for none.
  public var chosenProtocol: String {
    var name: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    SSL_get0_alpn_selected(tls, &name, &count)
    return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
  }

  /// The serial number of the server's certificate, as text.
  public var serialNumber: String {
    guard let certificate = SSL_get1_peer_certificate(tls) else { return "" }
    defer { X509_free(certificate) }
    let number = ASN1_INTEGER_to_BN(X509_get_serialNumber(certificate), nil)
    defer { BN_free(number) }
    guard let text = BN_bn2hex(number) else { return "" }
    defer { CRYPTO_free(text, "", 0) }
    return String(cString: text)
  }

  // MARK: Data

  /// The records that carry the text, unsent.
  public func encrypt(_ bytes: [UInt8]) -> [UInt8] {
    var count = 0
    SSL_write_ex(tls, bytes, bytes.count, &count)
    return takeOutput()
  }

  /// Sends the text.
  public func send(_ text: String) { transmit(encrypt(Array(text.utf8))) }

  /// Sends the bytes.
  public func send(_ bytes: [UInt8]) { transmit(encrypt(bytes)) }

  /// Asks the server to change its keys as this side does, unsent (RFC 8446 section 4.6.3).
  public func keyUpdate() -> [UInt8] {
    SSL_key_update(tls, SSL_KEY_UPDATE_REQUESTED)
    SSL_do_handshake(tls)
    return takeOutput()
  }

  /// Whether TLS 1.2 lets this side begin a renegotiation and the server goes along.
  public func renegotiates() -> Bool {
    SSL_renegotiate(tls)
    SSL_do_handshake(tls)
    transmit(takeOutput())
    return (try? shakeHands()) != nil
  }

  /// Says goodbye (close_notify), and leaves the socket open.
  public func finishWriting() {
    SSL_shutdown(tls)
    transmit(takeOutput())
  }

  /// The next bytes, exactly that many.
  public func read(_ count: Int) throws -> [UInt8] {
    while buffered.count < count { try fill() }
    defer { buffered.removeFirst(count) }
    return Array(buffered[..<count])
  }

  /// All characters up to the text and with it.
  public func read(until end: String) throws -> String {
    let mark = Array(end.utf8)
    var from = 0
    while true {
      if let place = (from..<max(from, buffered.count - mark.count + 1)).first(where: {
        buffered[$0..<$0 + mark.count].elementsEqual(mark)
      }) {
        return String(decoding: try read(place + mark.count), as: UTF8.self)
      }
      from = max(0, buffered.count - mark.count + 1)
      try fill()
    }
  }

  /// All bytes until the server says goodbye. An end without it throws.
  public func readToEnd() throws -> [UInt8] {
    do {
      while true { try fill() }
    } catch Failure.ended {
      defer { buffered = [] }
      return buffered
    }
  }

  /// One HTTP response with a `Content-Length`.
  public func readResponse() throws -> (head: String, body: [UInt8]) {
    let head = try read(until: "\r\n\r\n")
    let name = "content-length: "
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name) }
    return (head, try read(line.flatMap { Int($0.dropFirst(name.count)) } ?? 0))
  }

  /// The payload of the next WebSocket frame; a server's are not masked.
  public func readFrame() throws -> (first: UInt8, payload: [UInt8]) {
    let head = try read(2)
    var length = Int(head[1])
    if length == 126 { length = try read(2).reduce(0) { $0 << 8 | Int($1) } }
    if length == 127 { length = try read(8).reduce(0) { $0 << 8 | Int($1) } }
    return (head[0], try read(length))
  }

  private func fill() throws {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      ERR_clear_error()
      var count = 0
      let result = SSL_read_ex(tls, &chunk, chunk.count, &count)
      if result == 1 {
        buffered += chunk[..<count]
        return
      }
      switch SSL_get_error(tls, result) {
      case SSL_ERROR_WANT_READ: try feed()
      case SSL_ERROR_ZERO_RETURN: throw Failure.ended
      default: throw refusal()
      }
    }
  }

  private func feed() throws {
    let bytes = try receive()
    BIO_write(input, bytes, Int32(bytes.count))
  }

  private func takeOutput() -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while case let count = BIO_read(output, &chunk, Int32(chunk.count)), count > 0 { bytes += chunk[..<Int(count)] }
    return bytes
  }

  private func refusal() -> Failure {
    let code = ERR_get_error()
    return .refused(ERR_reason_error_string(code).map { String(cString: $0) } ?? "")
  }
}
