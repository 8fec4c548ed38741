public import Wire

/// How a server behaves; the limits that guard it. Times are in milliseconds.
public struct HTTPServerOptions: Sendable {
  /// A numeric address, or a name of this machine.
  public var host = "127.0.0.1"
  /// 0 lets the kernel pick a free one.
  public var port: UInt16 = 8000
  /// The certificate to serve with: then all clients speak TLS. `nil` for plain HTTP.
  public var tls: TLSServerContext?
  /// From the client's connection to the end of its TLS handshake; then it is cut.
  public var tlsHandshakeMilliseconds: Int64 = 10_000
  /// Of one request.
  public var limits = HTTPLimits()
  /// From the first byte of a request to the end of its head; of the first request from the accept. Then 408, or, when
  /// not a byte has come, the end without a word.
  public var headerDeadlineMilliseconds: Int64 = 10_000
  /// From the end of the head to the end of the body; then 408.
  public var bodyDeadlineMilliseconds: Int64 = 10_000
  /// Without a byte of a further request; then the connection is closed without a word.
  public var keepAliveIdleMilliseconds: Int64 = 60_000
  /// Without a byte taken by a client that has answers waiting; then the connection is cut.
  public var writeStallMilliseconds: Int64 = 30_000
  /// After our end is sent: how long the client's bytes are still read and dropped, so that no reset overtakes the
  /// last answer.
  public var lingerMilliseconds: Int64 = 2000
  /// Open sockets over all loops; at the limit accepting pauses.
  public var maxConnections = 100_000
  /// Open sockets of one client address over all loops; further ones are closed at once. 0: any number.
  public var maxConnectionsPerAddress = 0
  /// Whether `maxConnectionsPerAddress` holds for this machine too, where a proxy speaks for many clients.
  public var limitsLoopback = false
  /// How soon accepting is tried again after a pause that nobody of this loop ends.
  public var acceptRetryMilliseconds: Int64 = 100
  /// Bytes of requests that wait behind the one being answered; above it reading pauses.
  public var pipelinedBytes = 64 * 1024
  /// Bytes of answers the client has not taken; above it no further request is begun.
  public var queuedAnswerBytes = 256 * 1024
  /// Of connections that were upgraded.
  public var webSocket = WebSocketOptions()
  /// Makes the answer to a request that the server refuses itself.
  public var faultResponse: @Sendable (HTTPFault) -> HTTPResponse = HTTPFaultAnswer.response

  /// The clock of the `Date` field, in microseconds since 1970: a server that plays another time says that time.
  public var clock: @Sendable () -> Int64 = { EventLoop.wallClockMicroseconds }

  /// The defaults.
  public init() {}
}

/// How a server treats its WebSocket clients. Times are in milliseconds.
public struct WebSocketOptions: Sendable {
  /// Of what the client sends.
  public var limits = WebSocketLimits.server
  /// How messages may be compressed for clients that offer it; `nil` for not at all.
  public var compression: WebSocketCompression? = WebSocketCompression()
  /// Between two pings.
  public var pingMilliseconds: Int64 = 20_000
  /// From a ping to its pong; then the client is taken for dead.
  public var pongMilliseconds: Int64 = 20_000
  /// Bytes that may wait for one client; above it is a slow consumer.
  public var outboxBytes = 1024 * 1024
  /// Without a byte taken while bytes wait; then the connection is cut.
  public var writeStallMilliseconds: Int64 = 30_000
  /// From our close frame to the client's; then the connection is cut.
  public var closeMilliseconds: Int64 = 5000

  /// The defaults.
  public init() {}
}
