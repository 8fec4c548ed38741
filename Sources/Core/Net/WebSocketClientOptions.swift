public import Wire

/// How a `WebSocketClient` connects, and what it bears.
public struct WebSocketClientOptions: Sendable {
  /// A PEM file of the certificates to trust instead of the system's store.
  public var caFile: String?
  /// A proxy's URL; `nil` takes `HTTPS_PROXY`, `http_proxy` and `ALL_PROXY` from the environment, `""` uses none.
  /// Hosts in `NO_PROXY` are reached directly in each case.
  public var proxy: String?
  /// Header fields of the opening handshake besides those RFC 6455 asks for.
  public var headers: [(String, String)]
  /// The deadline of DNS, proxy, TCP, TLS and the opening handshake together.
  public var connectMilliseconds: Int64
  /// How messages may be compressed where the server agrees; `nil` offers it not at all.
  public var compression: WebSocketCompression?
  /// What the server may send.
  public var limits: WebSocketLimits
  /// How long the server may take to answer a close frame.
  public var closeMilliseconds: Int64
  /// The most bytes that wait to be written; past it the connection ends as broken.
  public var maxOutboxBytes: Int

  /// Options of the given properties.
  public init(
    caFile: String? = nil, proxy: String? = nil, headers: [(String, String)] = [],
    connectMilliseconds: Int64 = 10_000, compression: WebSocketCompression? = nil,
    limits: WebSocketLimits = .exchange, closeMilliseconds: Int64 = 2_000,
    maxOutboxBytes: Int = 1 << 20
  ) {
    self.caFile = caFile
    self.proxy = proxy
    self.headers = headers
    self.connectMilliseconds = connectMilliseconds
    self.compression = compression
    self.limits = limits
    self.closeMilliseconds = closeMilliseconds
    self.maxOutboxBytes = maxOutboxBytes
  }
}
