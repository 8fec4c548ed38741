internal import Telemetry

/// What is counted of multiplex clients; what they are sent is counted by the bus.
struct MultiplexCounters: Sendable {
  private let refusals: [APIError.Code: Counter]
  private let lags: Counter

  /// What can be the answer to a command. Any other is counted as a fault of ours.
  private static let codes: [APIError.Code] = [
    .unknownExchange, .unknownSymbol, .unsupported, .notFound, .invalidParameter, .badRequest, .unknownOperation,
    .alreadySubscribed, .notSubscribed, .tooManySubscriptions, .upstreamUnavailable, .internalFault,
  ]

  init(_ registry: MetricsRegistry) {
    refusals = Dictionary(
      uniqueKeysWithValues: MultiplexCounters.codes.map { code in
        (
          code,
          registry.counter(
            "marketgate_multiplex_refusals_total", help: "Commands, or single streams of them, that were refused.",
            labels: ["code": code.rawValue])
        )
      })
    lags = registry.counter(
      "marketgate_multiplex_lag_notices_total", help: "Notices to clients that open candles were replaced unsent.")
  }

  func refused(_ code: APIError.Code) { (refusals[code] ?? refusals[.internalFault])?.increment() }

  func toldLag() { lags.increment() }
}
