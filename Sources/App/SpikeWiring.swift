internal import Contract
internal import Model
internal import Net
internal import Services
internal import Sessions
internal import Telemetry

/// The watch for spikes over one exchange, put together on the exchange's loop.
struct SpikeWiring: Sendable {
  /// Kept alive here.
  let monitor: LoopBound<SpikeMonitor>
  private let instruments: InstrumentList
  private let loop: EventLoop
  private let line: LoopSpikeLine

  /// `nil` when the settings name the exchange not, or it cannot be asked what a watch needs.
  init?(
    _ exchange: any ExchangeInterface, client: ExchangeClient, instruments: InstrumentList, loop: EventLoop,
    feeds: LoopFeedLine,
    configuration: Configuration, tuning: Tuning, telemetry: Instrumentation
  ) {
    // Of every exchange, so that whoever watches the gateway finds them whatever the settings are.
    let counters = SpikeCounters(telemetry.metrics, exchange: exchange.id.name)
    guard configuration.spikeExchanges.contains(exchange.id.name) else { return nil }
    guard SpikeMonitor.canWatch(exchange) else {
      telemetry.logger(exchange.id.name).warning(
        "an exchange of OI_VOL_EXCHANGES has no history of open interest: it is not watched for spikes")
      return nil
    }
    let monitor = SpikeMonitor(
      exchange, client: client, instruments: instruments, clock: tuning.clock,
      counters: counters, symbols: configuration.spikeSymbols,
      cycleMilliseconds: configuration.spikeCycleMilliseconds, longestSleep: tuning.longestSpikeSleep)
    line = LoopSpikeLine(monitor, loop: loop)
    monitor.line = line
    monitor.feedLine = feeds
    monitor.alarm = LoopAlarm(loop) { [weak monitor] in monitor?.wake() }
    self.monitor = LoopBound(monitor, loop: loop)
    self.instruments = instruments
    self.loop = loop
  }

  /// Sees to it that the list is loaded, which begins the watch.
  func start() { instruments.start() }

  /// The list has been loaded.
  func listed() { line.post(.listed) }

  /// Asks nothing more.
  func stop() {
    loop.post { monitor.value.stop() }
  }
}

/// The way to a monitor from any thread.
struct LoopSpikeLine: SpikeLine {
  private let mailbox: Mailbox<SpikeMessage>

  init(_ monitor: SpikeMonitor, loop: EventLoop) {
    // Weak, as the monitor holds this line: whoever wired the exchange keeps the monitor.
    mailbox = Mailbox(loop: loop) { [weak monitor] messages in
      for message in messages { monitor?.handle(message) }
    }
  }

  func post(_ message: SpikeMessage) { mailbox.post(message) }
}
