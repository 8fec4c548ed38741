internal import Contract
internal import Exchanges
internal import Net

/// `marketgate doctor`: a line for each check, and 1 when anything differs.
enum DoctorCommand {
  static func run(_ configuration: Configuration, _ options: DoctorOptions) -> Int32 {
    let isWell = Lock(false)
    do {
      let played = options.isDemo ? try Demo.start(configuration) : nil
      let pointed = played?.configuration ?? configuration
      let doctor = Doctor(
        configuration: pointed, exchanges: Registry.exchanges,
        symbols: (options.symbol.map { [$0] } ?? []) + configuration.supportedSymbols,
        // No recording plays them.
        references: options.isDemo ? [] : Registry.references,
        patience: DoctorPatience(question: configuration.requestTimeoutMilliseconds))
      let names = pointed.exchanges + doctor.references.filter { pointed.referenceKey($0.name) != nil }.map(\.name)
      let nameWidth = names.map(\.count).max() ?? 0
      Blocking.run {
        let result = await doctor.run { finding in
          SystemFacts.print(options.isJSON ? finding.json : finding.line(nameWidth: nameWidth))
        }
        isWell.withLock { $0 = result }
        await played?.stop()
      }
    } catch {
      SystemFacts.printError("cannot start: \(error)")
      return ServeCommand.ExitCode.failed
    }
    return isWell.withLock { $0 } ? ServeCommand.ExitCode.stopped : ServeCommand.ExitCode.failed
  }
}
