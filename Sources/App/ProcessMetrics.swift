internal import Model
internal import Net
internal import Sessions
internal import Telemetry

/// How the process stands and how busy its loops are, read when somebody asks. What every process has bears the names
/// that client libraries of Prometheus give it
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
struct ProcessMetrics: Sendable {
  private let registry: MetricsRegistry
  private let loops: [EventLoop]

  init(_ registry: MetricsRegistry, loops: [EventLoop], clock: any TimeSource) {
    self.registry = registry
    self.loops = loops
    show(
      "process_start_time_seconds", "When the gateway started, in seconds since 1970.",
      clock.wallClock.milliseconds / 1000)
    registry.gauge(
      "marketgate_build_info", help: "Always 1; the version is its label.", labels: ["version": Version.text]
    )
    .set(1)
  }

  /// Sets all to what is so now.
  func update() {
    let usage = ProcessUsage.now
    show("process_resident_memory_bytes", "Memory of the process that is in RAM.", usage.residentBytes)
    show("process_virtual_memory_bytes", "Memory that the process has mapped.", usage.virtualBytes)
    show("process_open_fds", "Descriptors that are open.", usage.descriptors)
    show("process_max_fds", "Descriptors that the process may have.", Int64(DescriptorLimit.allowed))
    registry.counter("process_cpu_seconds_total", help: "Time on a core, in user and kernel.", decimals: 6)
      .raise(to: UInt64(clamping: usage.processorMicroseconds))
    for loop in loops {
      registry.counter(
        "marketgate_loop_busy_seconds_total",
        help: "Time that an event loop worked instead of waiting for something to do.",
        labels: ["loop": loop.name], decimals: 9
      ).raise(to: UInt64(clamping: loop.busyNanoseconds))
    }
  }

  private func show(_ name: String, _ help: String, _ value: Int64) {
    registry.gauge(name, help: help).set(value)
  }
}
