internal import Contract
internal import Exchanges
internal import Glibc
internal import Model
internal import Net
internal import Wire

/// `marketgate get` and `marketgate exchanges`: one question, one answer.
enum GetCommand {
  static func run(_ configuration: Configuration, _ options: GetOptions) -> Int32 {
    // A reader that has seen enough is no fault.
    signal(SIGPIPE, SIG_IGN)
    let outcome = Lock<Result<ShownAnswer, Failure>?>(nil)
    do {
      let asking = configuration.asking(options)
      let played = options.isDemo ? try Demo.start(asking, exchanges: asking.wired) : nil
      let pointed = played?.configuration ?? asking
      Blocking.run {
        let result = await answer(pointed, options)
        outcome.withLock { $0 = result }
        await played?.stop()
      }
    } catch {
      SystemFacts.printError("marketgate: cannot start: \(error)")
      return ServeCommand.ExitCode.failed
    }
    switch outcome.withLock({ $0 }) {
    case .success(let answer): return show(answer, options)
    case .failure(let failure): SystemFacts.printError("marketgate: \(failure.reason)")
    case nil: break
    }
    return ServeCommand.ExitCode.failed
  }

  /// Why there is no answer at all.
  private struct Failure: Error {
    let reason: String
  }

  private static func answer(
    _ configuration: Configuration, _ options: GetOptions
  ) async -> Result<ShownAnswer, Failure> {
    if let gateway = options.gateway { return await ask(gateway, configuration, options) }
    let gateway = LocalGateway(
      configuration, source: options.isDemo ? .recording : .live, loggingFrom: nil, tuning: LocalGateway.tuning)
    if options.asksExchanges {
      gateway.start()
      await gateway.waitForLists()
    }
    let answer = await gateway.answer(options.target)
    await gateway.stop()
    return .success(answer)
  }

  private static func ask(
    _ gateway: GatewayAddress, _ configuration: Configuration, _ options: GetOptions
  ) async -> Result<ShownAnswer, Failure> {
    let loop = EventLoop(name: "terminal")
    let http = HTTPClient(
      loop: loop,
      options: HTTPClientOptions(
        caFile: configuration.upstreamCAFile, proxy: gateway.proxy, userAgent: "marketgate/\(Version.text)"))
    let request = HTTPClientRequest(
      url: gateway.http + options.target,
      // The gateway itself gives up in time; this is for one that does not.
      timeoutMilliseconds: configuration.requestTimeoutMilliseconds + 5000)
    let result: Result<ShownAnswer, Failure>
    do throws(HTTPClientError) {
      result = .success(ShownAnswer(try await http.send(request)))
    } catch {
      result = .failure(Failure(reason: TextWidth.printable("\(error)")))
    }
    await http.shutdown()
    loop.shutdown()
    return result
  }

  // MARK: Showing

  private static func show(_ answer: ShownAnswer, _ options: GetOptions) -> Int32 {
    if let fault = answer.fault { SystemFacts.printError("marketgate: \(fault)") }
    let code = answer.fault == nil ? ServeCommand.ExitCode.stopped : ServeCommand.ExitCode.failed
    guard !answer.isFault else { return code }
    let terminal = Terminal(STDOUT_FILENO, environment: SystemFacts.environment)
    guard !options.isJSON, let value = try? JSONValue(parsing: answer.body) else {
      SystemFacts.print(String(decoding: answer.body, as: UTF8.self))
      return code
    }
    let layout = AnswerLayout(value, width: terminal.width, ink: terminal.ink)
    SystemFacts.print(layout.lines.joined(separator: "\n"))
    for note in answer.notes { SystemFacts.printError("marketgate: \(note)") }
    if !layout.hidden.isEmpty {
      SystemFacts.printError("marketgate: no room for \(layout.hidden.joined(separator: ", ")); --json has all")
    }
    return code
  }
}

extension GetOptions {
  /// The exchange that is named; `nil` where the path begins with another word.
  var exchange: String? {
    path.first.map { $0.lowercased() }.flatMap { first in Registry.exchanges.map(\.id.name).first { $0 == first } }
  }

  /// Whether an exchange must be asked: what the gateway says of itself is answered at once.
  var asksExchanges: Bool { path.count > 1 && (exchange != nil || path.first == "multi") }
}

extension Configuration {
  /// The same configuration for one question alone.
  func asking(_ options: GetOptions) -> Configuration {
    asking(
      options.exchange, of: Registry.exchanges.map(\.id.name), ["FEEDS_KEPT": Setting.none, "OI_VOL_SYMBOLS": "0"])
  }
}
