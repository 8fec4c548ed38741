internal import Exchanges
internal import Glibc
internal import Net

/// `marketgate record DIR`: writes what the exchanges send until it is asked to stop.
enum RecordCommand {
  static func run(_ configuration: Configuration, _ options: RecordOptions) -> Int32 {
    // Blocked before the first thread starts, so that only `next` below sees them.
    let signals = ProcessSignals(reloads: false)
    let summary = Lock<Capture.Summary?>(nil)
    do {
      let played = options.isDemo ? try Demo.start(configuration) : nil
      let capture = try Capture(
        options.folder, options.wish(configuration), configuration: played?.configuration ?? configuration,
        exchanges: Registry.exchanges, tuning: Tuning())
      Task.detached {
        let result = await capture.run()
        await played?.stop()
        summary.withLock { $0 = result }
        // What ends by itself wakes the thread that waits for a signal.
        kill(getpid(), SIGTERM)
      }
      _ = signals.next()
      if summary.withLock({ $0 }) == nil {
        capture.stop()
        _ = signals.next()
      }
    } catch {
      SystemFacts.printError("cannot record: \(error)")
      return ServeCommand.ExitCode.failed
    }
    return summary.withLock { $0 }.map { told($0, options.folder) } ?? ServeCommand.ExitCode.failed
  }

  /// Says how it went.
  static func told(_ summary: Capture.Summary, _ folder: String) -> Int32 {
    let totals = summary.totals
    SystemFacts.print(
      "recorded \(totals.frames) frames and \(totals.replies) replies, \(totals.bytes) bytes, in \(folder): "
        + summary.end.reason)
    switch summary.end {
    case .failed, .nothing:
      SystemFacts.printError("the recording ended: \(summary.end.reason)")
      return ServeCommand.ExitCode.failed
    case .asked, .time, .full: return ServeCommand.ExitCode.stopped
    }
  }
}
