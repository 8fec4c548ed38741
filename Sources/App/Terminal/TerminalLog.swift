internal import Synchronization
internal import Telemetry

/// Where the log of a command in a terminal goes: to standard error, until it is muted.
final class TerminalLog: LogSink {
  private let sink: DescriptorSink
  private let isMuted: Atomic<Bool>

  init(_ sink: DescriptorSink = .standardError, isMuted: Bool) {
    self.sink = sink
    self.isMuted = Atomic(isMuted)
  }

  /// Nothing is written from now on.
  func mute() { isMuted.store(true, ordering: .relaxed) }

  func write(_ line: UnsafeRawBufferPointer) {
    if !isMuted.load(ordering: .relaxed) { sink.write(line) }
  }
}
