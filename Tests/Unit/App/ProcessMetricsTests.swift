import Net
import Sessions
import Support
import Telemetry
import Testing

@testable import App

@Suite(.timeLimit(.minutes(1))) struct ProcessMetricsTests {
  @Test func theProcessAndItsLoopsAreShown() async {
    let (registry, loop) = (MetricsRegistry(), EventLoop(name: "loop-0"))
    let metrics = ProcessMetrics(registry, loops: [loop], clock: SystemClock())
    await loop.settled()
    metrics.update()
    loop.shutdown()
    var values: [String: Double] = [:]
    for line in String(decoding: registry.prometheusText, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2 { values[String(words[0])] = Double(words[1]) }
    }
    let lengths = [
      "process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds", "process_max_fds",
      "process_cpu_seconds_total", #"marketgate_loop_busy_seconds_total{loop="loop-0"}"#,
    ]
    for name in lengths { #expect(values[name].map { $0 > 0 } == true) }
    #expect(values[#"marketgate_build_info{version="\#(Version.text)"}"#] == 1)
    let start = values["process_start_time_seconds"] ?? 0
    #expect(abs(start - Double(EventLoop.wallClockMicroseconds) / 1e6) < 60)
  }
}
