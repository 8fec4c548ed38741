public import Contract
internal import Model
public import Sessions
internal import Telemetry

/// Watches one exchange for spikes: asks what `SpikeMonitorState` wants to know, and hands on what it finds. Belongs to
/// the exchange's loop.
///
/// Its questions go behind those of clients and streams, and what the exchange's budget does not allow is asked later.
public final class SpikeMonitor {
  private let exchange: any ExchangeInterface
  private let client: ExchangeClient
  private let history: MarketHistory
  private let instruments: InstrumentList
  private let clock: any TimeSource
  private let counters: SpikeCounters
  private let symbols: Int
  private let schedule: SpikeSchedule
  private let longestSleep: Int64
  /// `nil` before the list of instruments is loaded, and after the end.
  private var state: SpikeMonitorState?
  private var isStopped = false
  private var tasks: [Int: Task<Void, Never>] = [:]
  /// Leads to the feed of spikes; set once, before the first message.
  public var feedLine: (any FeedLine)?
  /// Leads back to this monitor from any thread; set once, before the first message.
  public var line: (any SpikeLine)?
  /// Leads to `wake` after a while; set once, before the first message.
  public var alarm: (any PublisherAlarm)?

  /// The longest sleep, in milliseconds: the clock may be set meanwhile.
  public static let longestSleep: Int64 = 60_000

  /// A watch over the `symbols` instruments of an exchange that are traded most. Nothing happens before the list of
  /// instruments is loaded. A clock that is faster than time itself wants a short `longestSleep`.
  public init(
    _ exchange: any ExchangeInterface, client: ExchangeClient, instruments: InstrumentList, clock: any TimeSource,
    counters: SpikeCounters, symbols: Int, cycleMilliseconds: Int64, longestSleep: Int64 = SpikeMonitor.longestSleep
  ) {
    self.exchange = exchange
    self.client = client
    self.instruments = instruments
    self.clock = clock
    self.counters = counters
    self.symbols = symbols
    self.longestSleep = longestSleep
    schedule = SpikeSchedule(cycleMilliseconds: cycleMilliseconds)
    history = MarketHistory(exchange, client: client, clock: clock, priority: .monitor)
  }

  /// Whether an exchange can be asked all that a watch needs.
  public static func canWatch(_ exchange: any ExchangeInterface) -> Bool {
    let capabilities = exchange.declaration.capabilities
    let timeframes = SpikeRule.all.map(\.timeframe)
    return capabilities.features.isSuperset(of: [.ohlc, .openInterestHistory]) && exchange.quoteVolumes() != nil
      && timeframes.allSatisfy(capabilities.intervals.contains)
      && timeframes.allSatisfy(capabilities.openInterestPeriods.contains)
  }

  /// Obeys a message.
  public func handle(_ message: SpikeMessage) {
    guard !isStopped else { return }
    let now = clock.wallClock
    switch message {
    case .listed:
      guard state == nil else { return }
      state = SpikeMonitorState(symbols: symbols, schedule: schedule, now: now)
      wake()
    case .volumes(let number, let volumes):
      note(number, isAnswered: volumes != nil)
      let list = instruments.catalog?.instruments ?? []
      obey { $0.receive(volumes: volumes, of: list, number: number, now: now) }
    case .candles(let number, let candles):
      note(number, isAnswered: candles != nil)
      obey { $0.receive(candles: candles, number: number, now: now) }
    case .samples(let number, let samples):
      note(number, isAnswered: samples != nil)
      obey { $0.receive(samples: samples, number: number, now: now) }
    }
  }

  /// The alarm rang.
  public func wake() {
    let now = clock.wallClock
    obey { $0.advance(now: now) }
  }

  /// Asks nothing more, for good.
  public func stop() {
    isStopped = true
    state = nil
    for task in tasks.values { task.cancel() }
    tasks = [:]
    (alarm, line, feedLine) = (nil, nil, nil)
  }

  private func note(_ number: Int, isAnswered: Bool) {
    tasks[number] = nil
    if !isAnswered { counters.failures.increment() }
  }

  private func obey(_ step: (inout SpikeMonitorState) -> [SpikeMonitorState.Action]) {
    guard var state = state else { return }
    let actions = step(&state)
    self.state = state
    var spikes: [Spike] = []
    for action in actions {
      switch action {
      case .ask(let request): ask(request)
      case .report(let spike): spikes.append(spike)
      case .countCycle: counters.cycles.increment()
      case .countLate: counters.lateBars.increment()
      }
    }
    alarm?.set(afterMilliseconds: state.rest(at: clock.wallClock, longest: longestSleep))
    guard !spikes.isEmpty else { return }
    counters.spikes.increment(by: UInt64(spikes.count))
    feedLine?.post(.events(.spikes, spikes.map { .spike($0) }))
  }

  private func ask(_ request: SpikeMonitorState.Request) {
    counters.requests.increment()
    let (client, exchange, history, line) = (client, exchange, history, line)
    let number = request.number
    let rest = max(1, request.deadline.milliseconds(since: clock.wallClock))
    let deadline = clock.monotonicMilliseconds + rest
    tasks[number] = Task {
      switch request.question {
      case .volumes:
        guard let inquiry = exchange.quoteVolumes() else { return }
        line?.post(.volumes(number, try? await client.ask(inquiry, priority: .monitor, deadline: deadline)))
      case .candles(let query):
        line?.post(.candles(number, try? await history.candles(query, deadline: deadline).rows))
      case .openInterest(let query):
        line?.post(.samples(number, try? await history.openInterest(query, deadline: deadline).rows))
      }
    }
  }
}
