internal import Net
internal import Wire

extension Configuration {
  /// Client connections at one time.
  var maxConnections: Int { Int(integer("MAX_CONNECTIONS")) }
  /// Bytes queued for one WebSocket client.
  var clientBufferBytes: Int { Int(integer("CLIENT_BUFFER_BYTES")) }
  /// What one client of the multiplex may ask for.
  var multiplexLimits: MultiplexLimits { MultiplexLimits(subscriptions: Int(integer("WS_MAX_SUBSCRIPTIONS"))) }
  /// Requests of one address in the window; 0 for any number.
  var rateLimitRequests: Int { Int(integer("RATE_LIMIT_REQUESTS")) }
  /// The window of `rateLimitRequests`.
  var rateLimitWindowMilliseconds: Int64 { milliseconds("RATE_LIMIT_WINDOW") }
  /// Whether the limits of an address hold for this machine too.
  var limitsLoopback: Bool { Setting.truth(text("RATE_LIMIT_LOOPBACK")) == true }

  /// A server with every limit as it was set.
  var limitedServerOptions: HTTPServerOptions {
    var options = HTTPServerOptions()
    options.limits.requestLineBytes = Int(integer("MAX_REQUEST_LINE_BYTES"))
    options.limits.headerBytes = Int(integer("MAX_HEADER_BYTES"))
    options.limits.headerFields = Int(integer("MAX_HEADER_FIELDS"))
    options.limits.bodyBytes = Int(integer("MAX_BODY_BYTES"))
    options.headerDeadlineMilliseconds = milliseconds("HEADER_TIMEOUT")
    options.bodyDeadlineMilliseconds = milliseconds("BODY_TIMEOUT")
    options.keepAliveIdleMilliseconds = milliseconds("KEEP_ALIVE_TIMEOUT")
    options.writeStallMilliseconds = milliseconds("WRITE_TIMEOUT")
    options.maxConnections = maxConnections
    options.maxConnectionsPerAddress = Int(integer("MAX_CONNECTIONS_PER_ADDRESS"))
    options.limitsLoopback = limitsLoopback
    options.webSocket = webSocketOptions
    return options
  }

  private var webSocketOptions: WebSocketOptions {
    var options = WebSocketOptions()
    options.limits.maxMessageBytes = Int(integer("WS_MAX_MESSAGE_BYTES"))
    options.limits.maxFragments = Int(integer("WS_MAX_FRAGMENTS"))
    options.limits.messagesPerSecond = Int(integer("WS_MAX_MESSAGES_PER_SECOND"))
    options.pingMilliseconds = milliseconds("WS_PING_SECONDS")
    options.pongMilliseconds = milliseconds("WS_PONG_SECONDS")
    options.writeStallMilliseconds = milliseconds("WRITE_TIMEOUT")
    options.outboxBytes = clientBufferBytes
    options.compression = compressesWebSockets ? options.compression : nil
    return options
  }

  private func milliseconds(_ name: String) -> Int64 { integer(name) * 1000 }
}
