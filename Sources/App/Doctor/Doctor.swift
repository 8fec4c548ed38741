internal import Contract
internal import Model
internal import Net
internal import Sessions
internal import Telemetry

/// Holds the exchanges against their declarations: each question once, each stream once, all exchanges side by side.
struct Doctor {
  let configuration: Configuration
  let exchanges: [any ExchangeInterface]
  /// Symbols to ask about, in order of preference.
  let symbols: [String]
  /// Services beside the exchanges; asked where there is a key.
  var references: [RawUpstream] = []
  var patience = DoctorPatience()
  var tuning = Tuning()

  /// Examines all; each finding is reported as it is made, by any thread. True when nothing differs.
  func run(report: @escaping @Sendable (DoctorFinding) -> Void) async -> Bool {
    let failures = Lock(0)
    let counted: @Sendable (DoctorFinding) -> Void = { finding in
      if finding.result.isFailure { failures.withLock { $0 += 1 } }
      report(finding)
    }
    let loop = EventLoop(name: "doctor")
    await withTaskGroup(of: Void.self) { group in
      for exchange in exchanges where configuration.exchanges.contains(exchange.id.name) {
        group.addTask { await examine(exchange, on: loop, report: counted) }
      }
      for upstream in references {
        group.addTask { await examine(upstream, on: loop, report: counted) }
      }
    }
    loop.shutdown()
    return failures.withLock { $0 } == 0
  }

  private func examine(
    _ exchange: any ExchangeInterface, on loop: EventLoop, report: @escaping @Sendable (DoctorFinding) -> Void
  ) async {
    let address = configuration.baseAddress(of: exchange.id)
    let witness = exchange.declaration.rest.usedWeightHeader.map { HeaderWitness($0, address: address) }
    var options = HTTPClientOptions(
      caFile: configuration.upstreamCAFile, proxy: tuning.proxy, userAgent: "marketgate/\(Version.text)")
    options.tap = witness
    let http = HTTPClient(loop: loop, options: options)
    let client = ExchangeClient(
      exchange, address: address, http: http, clock: tuning.clock,
      counters: ClientCounters(MetricsRegistry(), exchange: exchange.id.name),
      // Each question is asked, whatever became of the others.
      circuit: .never)
    var rest = RESTExamination(
      exchange, client: client, clock: tuning.clock, patience: patience.question, symbols: symbols, witness: witness,
      report: report)
    let found = await rest.instruments()
    let catalog = found?.catalog ?? .empty
    let subjects = found.map { StreamSubject.all(of: exchange, $0.instrument) { Doctor.tell($0, exchange, report) } }
    await withTaskGroup(of: Void.self) { group in
      for endpoint in exchange.declaration.streamEndpoints {
        let own = (subjects ?? []).filter { $0.topic.endpoint == endpoint }
        group.addTask {
          await StreamExamination.run(
            exchange, endpoint, subjects: own, catalog: catalog, address: configuration.streamAddress(of: exchange.id),
            options: WebSocketClientOptions(caFile: configuration.upstreamCAFile, proxy: tuning.proxy),
            patience: patience, loop: loop, report: report)
        }
      }
      if let found { await rest.questions(about: found.instrument) }
    }
    await http.shutdown()
  }

  private func examine(
    _ upstream: RawUpstream, on loop: EventLoop, report: @escaping @Sendable (DoctorFinding) -> Void
  ) async {
    guard let key = configuration.referenceKey(upstream.name) else { return }
    let http = HTTPClient(
      loop: loop,
      options: HTTPClientOptions(
        caFile: configuration.upstreamCAFile, proxy: tuning.proxy, userAgent: "marketgate/\(Version.text)"))
    let client = ReferenceClient(
      upstream, key: key, address: configuration.referenceAddress(upstream.name), http: http, clock: tuning.clock)
    await ReferenceExamination(
      upstream: upstream, client: client, clock: tuning.clock, patience: patience.question, report: report
    ).run()
    await http.shutdown()
  }

  /// A channel that is declared and cannot be asked for.
  private static func tell(
    _ check: String, _ exchange: any ExchangeInterface, _ report: @Sendable (DoctorFinding) -> Void
  ) {
    report(
      DoctorFinding(
        exchange: exchange.id.name, area: .stream, check: check,
        result: .failed("declared, but there is no topic for it"), milliseconds: nil))
  }
}

extension StreamSubject {
  /// Every channel an exchange declares, of one instrument, and its liquidations of all; each upstream topic once.
  /// `missing` is told of the channels that have no topic.
  static func all(
    of exchange: any ExchangeInterface, _ instrument: Instrument, missing: (String) -> Void
  ) -> [StreamSubject] {
    let capabilities = exchange.declaration.capabilities
    var wanted: [(name: String, topic: Topic, isOptional: Bool)] = []
    if capabilities.features.contains(.ohlc) {
      wanted += capabilities.intervals.map { ("candles \($0)", Topic(.candles($0), of: instrument), false) }
    }
    if !capabilities.features.isDisjoint(with: [.trades, .largeTrades]) {
      wanted.append(("trades", Topic(.trades, of: instrument), false))
    }
    if capabilities.features.contains(.liquidations) {
      wanted.append(("liquidations", Topic(.liquidations, of: instrument), false))
      wanted.append(("liquidations of all", Topic(.liquidations, ofAllOn: exchange.id), true))
    }
    var subjects: [StreamSubject] = []
    for (name, topic, isOptional) in wanted {
      guard let upstream = exchange.upstreamTopic(for: topic) else {
        if !isOptional { missing(name) }
        continue
      }
      guard !subjects.contains(where: { $0.topic == upstream }) else { continue }
      subjects.append(
        StreamSubject(name: name, topic: upstream, channel: topic.channel, instrument: topic.instrument))
    }
    return subjects
  }
}
