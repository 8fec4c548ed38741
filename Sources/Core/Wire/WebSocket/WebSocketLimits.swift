/// What a peer may ask of this endpoint. The bytes of a control frame are bounded by RFC 6455 §5.5 itself.
public struct WebSocketLimits: Sendable, Equatable {
  /// The longest message in bytes; a longer one costs 1009 as soon as a frame announces it.
  public var maxMessageBytes: Int
  /// The most frames in one message; more cost 1008.
  public var maxFragments: Int
  /// The most messages, and likewise the most control frames, within a second; more cost 1008. `nil`: any number.
  public var messagesPerSecond: Int?
  /// How much receive memory an idle connection keeps for its next message.
  public var retainedBytes: Int

  /// Limits of an application's own choice.
  public init(
    maxMessageBytes: Int, maxFragments: Int = 64, messagesPerSecond: Int? = nil, retainedBytes: Int = 4096
  ) {
    self.maxMessageBytes = maxMessageBytes
    self.maxFragments = maxFragments
    self.messagesPerSecond = messagesPerSecond
    self.retainedBytes = retainedBytes
  }

  /// For clients of this server: they subscribe and ping, and there are many.
  public static let server = WebSocketLimits(maxMessageBytes: 64 << 10, messagesPerSecond: 20)
  /// For exchanges: few, chosen by the operator, with snapshots of megabytes.
  public static let exchange = WebSocketLimits(
    maxMessageBytes: 16 << 20, maxFragments: 1 << 16, retainedBytes: 256 << 10)
}
