/// Measures what the gateway does most:
/// `bench [memory|decode|encode|routing|mailbox|fanout|compress|footprint]`, all of them without an argument. `decode` has
/// options, and `bench exactly UNIT N` does N units of one kind and nothing else, for a count of instructions;
/// `bench fanout-server --port P` and `bench rest-server --port P` serve the load programs of `peers`.
///
/// CPU time of the process, the best of several rounds, release build. docs/benchmarks.md keeps the figures.
@main
enum Bench {
  static func main() async {
    let wanted = CommandLine.arguments.dropFirst()
    if let server = BenchmarkServer(Array(wanted)) { server.run() }
    if wanted.first == FootprintBenchmark.serverWord { return FootprintBenchmark.serve() }
    if wanted.first == ExactWork.word { return ExactWork.run(Array(wanted.dropFirst())) }
    let options = BenchmarkOptions(wanted.dropFirst())
    let all: [(String, @Sendable () async -> Void)] = [
      ("memory", { await MemoryBenchmark.run() }), ("decode", { DecodeBenchmark.run(options) }),
      ("encode", { EncodeBenchmark.run() }),
      ("routing", { RoutingBenchmark.run() }), ("mailbox", { await MailboxBenchmark.run() }),
      ("fanout", { await FanOutBenchmark.run() }), ("compress", { CompressionBenchmark.run() }),
      ("footprint", { FootprintBenchmark.run() }),
    ]
    for (name, run) in all where wanted.isEmpty || wanted.contains(name) { await run() }
  }
}
