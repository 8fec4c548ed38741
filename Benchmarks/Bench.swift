/// Measures what the gateway does most:
/// `bench [memory|decode|symbols|encode|history|routing|mailbox|fanout|compress]`, all of them without an argument. `decode`
/// has options, and `bench exactly UNIT N` does N units of one kind and nothing else, for a count of instructions;
/// `bench fanout-server --port P`, `rest-server` and `idle-server` serve the programs and scripts beside it; `bench footprint`
/// is the script of that name, as memory is looked at from outside.
///
/// CPU time of the process, the best of several rounds, release build. docs/benchmarks.md keeps the figures.
@main
enum Bench {
  static func main() async {
    let wanted = CommandLine.arguments.dropFirst()
    if let server = BenchmarkServer(Array(wanted)) { server.run() }
    if wanted.first == BenchmarkScript.footprint.rawValue { BenchmarkScript.footprint.run(Array(wanted.dropFirst())) }
    if wanted.first == ExactWork.word { return ExactWork.run(Array(wanted.dropFirst())) }
    let options = BenchmarkOptions(wanted.dropFirst())
    let all: [(String, @Sendable () async -> Void)] = [
      ("memory", { await MemoryBenchmark.run() }), ("decode", { DecodeBenchmark.run(options) }),
      ("symbols", { SymbolBenchmark.run() }), ("encode", { EncodeBenchmark.run() }),
      ("history", { HistoryBenchmark.run() }), ("routing", { RoutingBenchmark.run() }),
      ("mailbox", { await MailboxBenchmark.run() }), ("fanout", { await FanOutBenchmark.run() }),
      ("compress", { CompressionBenchmark.run() }),
    ]
    for (name, run) in all where wanted.isEmpty || wanted.contains(name) { await run() }
  }
}
