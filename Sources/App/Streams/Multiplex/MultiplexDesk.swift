internal import Sessions
internal import Telemetry

/// What all multiplex clients share.
struct MultiplexDesk: Sendable {
  let names: StreamNames
  let lookup: ExchangeLookup
  let limits: MultiplexLimits
  let clock: any TimeSource
  let counters: MultiplexCounters

  init(_ reader: StreamReader, limits: MultiplexLimits, clock: any TimeSource, metrics: MetricsRegistry) {
    names = StreamNames(reader, limits: limits)
    lookup = reader.lookup
    self.limits = limits
    self.clock = clock
    counters = MultiplexCounters(metrics)
  }
}
