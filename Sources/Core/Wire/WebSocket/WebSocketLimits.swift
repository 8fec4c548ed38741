/// What a peer may ask of this endpoint. The bytes of a control frame are bounded by RFC 6455 §5.5 itself.
public struct WebSocketLimits: Sendable, Equatable {
  /// The longest message in bytes; a longer one costs 1009 as soon as a frame announces it.
  public var maxMessageBytes: Int
  /// How many times longer a compressed message may become than it was, beyond `inflationAllowance`; more cost 1009.
  public var maxInflationRatio: Int
  /// The most frames in one message; more cost 1008.
  public var maxFragments: Int
  /// The most messages, and likewise the most control frames, within a second; more cost 1008. `nil`: any number.
  public var messagesPerSecond: Int?
  /// How much receive memory an idle connection keeps for its next message.
  public var retainedBytes: Int

  /// Limits of an application's own choice.
  public init(
    maxMessageBytes: Int, maxInflationRatio: Int = 100, maxFragments: Int = 64, messagesPerSecond: Int? = nil,
    retainedBytes: Int = 4096
  ) {
    self.maxMessageBytes = maxMessageBytes
    self.maxInflationRatio = maxInflationRatio
    self.maxFragments = maxFragments
    self.messagesPerSecond = messagesPerSecond
    self.retainedBytes = retainedBytes
  }

  /// What a compressed message may become however short it was: repeated rows of a table reach any ratio.
  public static let inflationAllowance = 16 << 10

  /// The most bytes that are taken of a compressed message. A sender may be so bad at it that messages grow, by an
  /// eighth at the worst of zlib's settings (`deflateBound`).
  var maxCompressedBytes: Int {
    let (sum, overflow) = maxMessageBytes.addingReportingOverflow(maxMessageBytes / 8 + 64)
    return overflow ? .max : sum
  }

  /// The most that so many compressed bytes may become.
  func maxInflatedBytes(ofCompressed count: Int) -> Int {
    let (product, isTooMuch) = count.multipliedReportingOverflow(by: maxInflationRatio)
    let (sum, isTooMuchMore) = product.addingReportingOverflow(WebSocketLimits.inflationAllowance)
    return isTooMuch || isTooMuchMore ? maxMessageBytes : min(maxMessageBytes, sum)
  }

  /// For clients of this server: they subscribe and ping, and there are many, so none keeps memory for its next message.
  public static let server = WebSocketLimits(maxMessageBytes: 64 << 10, messagesPerSecond: 20, retainedBytes: 0)
  /// For exchanges: few, chosen by the operator, with snapshots of megabytes.
  public static let exchange = WebSocketLimits(
    maxMessageBytes: 16 << 20, maxFragments: 1 << 16, retainedBytes: 256 << 10)
}
