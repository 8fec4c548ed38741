public import Telemetry

/// What is counted of the watch for spikes.
public struct SpikeCounters: Sendable {
  let cycles: Counter
  let requests: Counter
  let failures: Counter
  let spikes: Counter
  let lateBars: Counter

  /// The counters of an exchange, registered under its name.
  public init(_ registry: MetricsRegistry, exchange: String) {
    func counter(_ name: String, _ help: String) -> Counter {
      registry.counter("marketgate_spike_\(name)_total", help: help, labels: ["exchange": exchange])
    }
    cycles = counter("cycles", "Rounds of questions about bars that have ended.")
    requests = counter("requests", "Questions asked by the watch over spikes.")
    failures = counter("failed_requests", "Questions of it that got no answer.")
    spikes = counter("alerts", "Bars found to be spikes.")
    lateBars = counter("late_bars", "Bars of which open interest or candle did not come in time.")
  }
}
