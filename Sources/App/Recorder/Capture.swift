internal import Contract
internal import Model
internal import Net
internal import Sessions
internal import Telemetry

/// A recording that is being made: the exchanges, the folder, and what ends it.
final class Capture: Sendable {
  /// How often what was recorded is handed to the system, in milliseconds: so much is lost when the machine fails.
  static let flushMilliseconds: Int64 = 1000

  /// What to record.
  struct Wish: Sendable {
    var symbols: [String]
    var channels: [CaptureChannel] = CaptureChannel.allCases
    /// For how long; `nil` for until it is stopped.
    var milliseconds: Int64?
    var limits = CaptureLimits()
  }

  /// How it went.
  struct Summary: Sendable, Equatable {
    let end: CaptureEnd
    let totals: CaptureFolder.Totals
  }

  private let loop = EventLoop(name: "recorder")
  private let folder: LoopBound<CaptureFolder>
  private let exchanges: [CaptureExchange]
  private let wish: Wish
  private let clock: any TimeSource
  private let ending: AsyncStream<CaptureEnd>
  private let continuation: AsyncStream<CaptureEnd>.Continuation

  /// Makes the folder; nothing is asked before `run`.
  init(
    _ path: String, _ wish: Wish, configuration: Configuration, exchanges: [any ExchangeInterface], tuning: Tuning
  ) throws(FileError) {
    let enabled = exchanges.filter { configuration.exchanges.contains($0.id.name) }
    let folder = try CaptureFolder(
      path, exchanges: enabled.map(\.id.name), limits: wish.limits, time: tuning.clock.wallClock)
    let bound = LoopBound(folder, loop: loop)
    let telemetry = Instrumentation(
      metrics: MetricsRegistry(), level: configuration.logLevel, format: configuration.logFormat)
    (ending, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    let tell = continuation
    folder.onEnd = { tell.yield($0) }
    self.folder = bound
    self.wish = wish
    self.exchanges = enabled.map {
      CaptureExchange($0, folder: bound, configuration: configuration, tuning: tuning, telemetry: telemetry)
    }
    clock = tuning.clock
  }

  /// Ends it; any thread, once or more.
  func stop() { continuation.yield(.asked) }

  /// Records until its end, and finishes the files.
  func run() async -> Summary {
    let asking = Task { await begin() }
    let timing = wish.milliseconds.map { milliseconds in
      Task { [continuation] in
        try? await Task.sleep(for: .milliseconds(milliseconds))
        continuation.yield(.time)
      }
    }
    let flushing = Task { await flush() }
    var reason = CaptureEnd.asked
    for await first in ending {
      reason = first
      break
    }
    for task in [asking, flushing] + (timing.map { [$0] } ?? []) { task.cancel() }
    for exchange in exchanges { await exchange.stop() }
    await asking.value
    let summary = await finish(reason)
    loop.shutdown()
    return summary
  }

  private func begin() async {
    let listed = await withTaskGroup(of: Int.self) { group in
      for exchange in exchanges {
        group.addTask { [wish] in await exchange.begin(symbols: wish.symbols, channels: wish.channels) }
      }
      return await group.reduce(0, +)
    }
    if listed == 0, !Task.isCancelled { continuation.yield(.nothing) }
  }

  private func flush() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(Capture.flushMilliseconds))
      loop.post { [folder] in folder.value.flush() }
    }
  }

  private func finish(_ reason: CaptureEnd) async -> Summary {
    let time = clock.wallClock
    return await withCheckedContinuation { continuation in
      loop.post { [folder] in
        let end = folder.value.finish(reason, time: time)
        continuation.resume(returning: Summary(end: end, totals: folder.value.totals))
      }
    }
  }
}
