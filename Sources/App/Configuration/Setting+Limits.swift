extension Setting {
  /// What one client may take: bytes, time, connections, requests. The defaults are those of the types they set.
  static let limits: [Setting] = connections + requests + webSockets

  private static let connections: [Setting] = [
    Setting(
      name: "MAX_CONNECTIONS", kind: .integer(1...10_000_000), defaultValue: "100000",
      help: "client connections at one time; fewer where the system allows too few descriptors"),
    Setting(
      name: "MAX_CONNECTIONS_PER_ADDRESS", kind: .integer(0...10_000_000), defaultValue: "0",
      help: "client connections of one address (IPv6: of one /64) at one time; 0 for any number"),
    Setting(
      name: "RATE_LIMIT_REQUESTS", kind: .integer(0...1_000_000), defaultValue: "0",
      help: "requests of one address (IPv6: of one /64) in RATE_LIMIT_WINDOW, more get 429; 0 for any number"),
    Setting(
      name: "RATE_LIMIT_WINDOW", kind: .integer(1...86_400), defaultValue: "60",
      help: "seconds for RATE_LIMIT_REQUESTS"),
    Setting(
      name: "RATE_LIMIT_LOOPBACK", kind: .flag, defaultValue: "off",
      help: "whether the two limits of an address hold for this machine too"),
    Setting(
      name: "KEEP_ALIVE_TIMEOUT", kind: .integer(1...86_400), defaultValue: "60",
      help: "seconds a connection may stay silent after its first request"),
    Setting(
      name: "WRITE_TIMEOUT", kind: .integer(1...3600), defaultValue: "30",
      help: "seconds a client may take nothing of what waits for it"),
  ]

  private static let requests: [Setting] = [
    Setting(
      name: "MAX_REQUEST_LINE_BYTES", kind: .integer(256...1_048_576), defaultValue: "8192",
      help: "bytes of a request line, more get 414"),
    Setting(
      name: "MAX_HEADER_BYTES", kind: .integer(1024...1_048_576), defaultValue: "16384",
      help: "bytes of a request's header fields, more get 431"),
    Setting(
      name: "MAX_HEADER_FIELDS", kind: .integer(8...10_000), defaultValue: "100",
      help: "header fields of a request, more get 431"),
    Setting(
      name: "MAX_BODY_BYTES", kind: .integer(0...16_777_216), defaultValue: "65536",
      help: "bytes of a request's body, more get 413"),
    Setting(
      name: "HEADER_TIMEOUT", kind: .integer(1...3600), defaultValue: "10",
      help: "seconds for a request line and header fields, then 408; the first ones from the connect"),
    Setting(
      name: "BODY_TIMEOUT", kind: .integer(1...3600), defaultValue: "10", help: "seconds for a request's body, then 408"
    ),
  ]

  private static let webSockets: [Setting] = [
    Setting(
      name: "CLIENT_BUFFER_BYTES", kind: .integer(65_536...1_073_741_824), defaultValue: "1048576",
      help: "bytes queued for one WebSocket client before it is closed as too slow"),
    Setting(
      name: "WS_COMPRESSION", kind: .flag, defaultValue: "on",
      help: "whether messages are compressed for WebSocket clients that offer permessage-deflate"),
    Setting(
      name: "WS_MAX_MESSAGE_BYTES", kind: .integer(1024...16_777_216), defaultValue: "65536",
      help: "bytes of a message from a WebSocket client, more are closed with 1009"),
    Setting(
      name: "WS_MAX_FRAGMENTS", kind: .integer(1...65_536), defaultValue: "64",
      help: "frames of a message from a WebSocket client, more are closed with 1008"),
    Setting(
      name: "WS_MAX_MESSAGES_PER_SECOND", kind: .integer(1...1_000_000), defaultValue: "20",
      help: "messages, and likewise control frames, from a WebSocket client in a second, more are closed with 1008"),
    Setting(
      name: "WS_MAX_SUBSCRIPTIONS", kind: .integer(1...100_000), defaultValue: "1024",
      help: "streams one client of /ws has open at one time"),
    Setting(
      name: "WS_PING_SECONDS", kind: .integer(1...3600), defaultValue: "20",
      help: "seconds between two pings to a WebSocket client"),
    Setting(
      name: "WS_PONG_SECONDS", kind: .integer(1...3600), defaultValue: "20",
      help: "seconds from a ping to its pong before a WebSocket client is cut"),
  ]
}
