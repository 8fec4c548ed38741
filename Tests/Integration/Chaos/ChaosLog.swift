/// What has happened at the exchange. Times are the exchange's, in milliseconds since 1970.
struct ChaosLog: Sendable {
  /// The end of the connection that carried a topic.
  struct Break: Sendable {
    let topic: String
    let time: Int64
    /// When something of the topic was last sent: what was left out since then is part of this break. The gateway knows that by
    /// the kernel's time of receipt, which no clock of a test makes faster.
    let silentSince: Int64
    /// Whether no other connection carried the topic, and the gateway knew that this one did.
    let isSure: Bool
    /// Whether something of the topic had come by this connection, or, of what is not counted, its confirmation: what came
    /// before is another break.
    let isSeparate: Bool
    /// Whether its end had been announced; `nil` when the announcement may not have arrived.
    let wasAnnounced: Bool?
  }

  /// A frame that was left out, or changed its place.
  struct Loss: Sendable {
    let topic: String
    let time: Int64
    /// The trade it showed, when nobody was sent it.
    let trade: Int?
    /// The candle it was the final of, when nobody was sent it.
    let candle: Int64?
  }

  /// Trades and liquidations that have reached whoever was connected: sent on a connection that stood long after.
  var sureTrades: Set<Int> = []
  var sureLiquidations: Set<Int> = []
  var faults: [(time: Int64, fault: ChaosFault)] = []
  var breaks: [Break] = []
  var losses: [Loss] = []
  /// When a stream was refused.
  var refusals: [Int64] = []
  /// When it was forgotten who is subscribed to a topic.
  var silences: [(topic: String, time: Int64)] = []
  /// Frames that cannot be read and have reached the gateway.
  var sureGarbage = 0
  /// REST requests that came though the gateway had been told to wait.
  var hastyRequests = 0
}
