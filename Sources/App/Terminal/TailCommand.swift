internal import Contract
internal import Exchanges
internal import Glibc
internal import Model
internal import Net
internal import Telemetry

/// `marketgate tail`: shows streams until it is asked to stop, has shown enough, or nobody reads any more.
enum TailCommand {
  static func run(_ configuration: Configuration, _ options: TailOptions) -> Int32 {
    // Blocked before the first thread starts, so that only the writer sees them.
    let signals = ProcessSignals(reloads: false)
    let queue = TailQueue()
    do {
      let asking = configuration.asking(options)
      let played = options.isDemo ? try Demo.start(asking, exchanges: asking.wired) : nil
      let source = source(played?.configuration ?? asking, options, queue)
      source.start()
      let end = show(queue, options, signals)
      Blocking.run {
        await source.stop()
        await played?.stop()
      }
      guard case .failed(let reason) = end else { return ServeCommand.ExitCode.stopped }
      SystemFacts.printError("marketgate: \(reason)")
    } catch {
      SystemFacts.printError("marketgate: cannot start: \(error)")
    }
    return ServeCommand.ExitCode.failed
  }

  private static func source(
    _ configuration: Configuration, _ options: TailOptions, _ queue: TailQueue
  ) -> any TailSource {
    if let gateway = options.gateway {
      return RemoteTail(gateway, streams: options.streams, caFile: configuration.upstreamCAFile, queue: queue)
    }
    let gateway = LocalGateway(
      configuration, source: options.isDemo ? .recording : .live, loggingFrom: .warning, tuning: LocalGateway.tuning)
    return LocalTail(gateway, streams: options.streams, queue: queue)
  }

  private static func show(_ queue: TailQueue, _ options: TailOptions, _ signals: ProcessSignals) -> TailQueue.End {
    let descriptor = signals.descriptor()
    defer { close(descriptor) }
    let terminal = Terminal(STDOUT_FILENO, environment: SystemFacts.environment)
    var layout = TailLayout(hasTitles: terminal.isTerminal, ink: terminal.ink)
    var writer = TailWriter(queue, limit: options.limit, output: STDOUT_FILENO, signals: descriptor)
    return writer.run { event in
      if options.isJSON { return event + [UInt8(ascii: "\n")] }
      return layout.lines(of: event, width: terminal.width).flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    } say: { text in
      SystemFacts.printError("marketgate: \(text)")
    }
  }
}

extension Configuration {
  /// The same configuration for the streams of a tail alone: other exchanges are not asked, and nothing is followed or kept
  /// that was not asked for.
  func asking(_ options: TailOptions) -> Configuration {
    var own = ["FEEDS_KEPT": Setting.none]
    if options.exchange != nil || options.streams.first?.hasPrefix(TailOptions.spikes) == false {
      own["OI_VOL_SYMBOLS"] = "0"
    }
    return asking(options.exchange, of: Registry.exchanges.map(\.id.name), own)
  }
}
