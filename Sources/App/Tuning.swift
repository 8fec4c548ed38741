internal import Contract
internal import Net
internal import Services
internal import Sessions

/// What no setting offers and a test of the whole gateway must change: time that passes faster, pauses worth waiting for.
struct Tuning: Sendable {
  /// The clocks of the gateway.
  var clock: any TimeSource = SystemClock()
  /// The proxy to the exchanges; `nil` for the environment's, `""` for none.
  var proxy: String?
  /// How long a stream waits after a close.
  var backoff = Backoff.streams
  /// When streams that cannot be had are asked for less often.
  var outage = OutageTerms.usual
  /// After how long connections to an exchange are cut, in milliseconds; `nil` for what it declares.
  var streamLifetime: Int64?
  /// For how long a connection and its successor both go on, in milliseconds.
  var streamOverlap = ExchangeStreams.usualOverlap
  /// After how long a stream that sends nothing is looked into.
  var silence = SilenceLimits()
  /// How long a topic stays open upstream without a client, in milliseconds.
  var lingerMilliseconds = ExchangeStreams.usualLinger
  /// For how long answers may be served again; `nil` for what each exchange declares.
  var freshness: Freshness?
  /// How long a watch for spikes may sleep, in milliseconds: short where the clocks are faster than the timers.
  var longestSpikeSleep = SpikeMonitor.longestSleep
  /// How far streams are repaired.
  var repair = RepairTerms()
  /// How long a publisher may sleep, in milliseconds: short where the clocks are faster than the timers.
  var longestPublisherSleep = LoopAlarm.longestSleep
  /// When an exchange that fails is left alone, and for how long.
  var circuit = CircuitTerms.usual
  /// How many messages of an exchange are kept that could not be read.
  var quarantinedFrames = QuarantineStore.maxFrames
  /// How long a client may take for its TLS handshake.
  var tlsHandshakeMilliseconds = HTTPServerOptions().tlsHandshakeMilliseconds
  /// Whether what is learnt outlives the process: no, where another process has the same folder.
  var writesState = true
  /// Changes how WebSocket clients are watched.
  var webSocket: @Sendable (inout WebSocketOptions) -> Void = { _ in }
}
