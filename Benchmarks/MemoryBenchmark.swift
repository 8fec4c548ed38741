internal import Net
internal import Sessions
internal import Wire

/// Finding an encoded answer in the memory that all loops share: by one thread, and by two at the same time.
enum MemoryBenchmark {
  private struct Question: Hashable {
    let exchange: String
    let symbol: String
    let limit: Int
  }

  private typealias Memory = Lock<BoundedMemory<Question, SharedBytes>>

  private static let questions = (0..<1000).map { number in
    Question(exchange: "binance", symbol: "SYMBOL\(number)USDT", limit: 500)
  }

  static func run() async {
    let memory = Memory(BoundedMemory(limitBytes: 64 << 20))
    let body = SharedBytes(Array(repeating: 32, count: 1000))
    memory.withLock { memory in
      for question in questions { memory.keep(body, for: question, bytes: body.count) }
    }
    let alone = Measurement.bestNanoseconds(operations: questions.count) { find(in: memory, rounds: 1) }
    Measurement.report("memory of answers, find, one thread", alone, "CPU time")
    let rounds = 500
    let clock = ContinuousClock()
    let took = await clock.measure {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<2 { group.addTask { find(in: memory, rounds: rounds) } }
      }
    }
    let nanoseconds = Double(took.components.seconds) * 1e9 + Double(took.components.attoseconds) / 1e9
    Measurement.report(
      "memory of answers, find, two threads", nanoseconds / Double(rounds * questions.count), "wall time, each")
  }

  private static func find(in memory: Memory, rounds: Int) {
    for _ in 0..<rounds {
      for question in questions { keep(memory.withLock { $0.find(question) }) }
    }
  }
}
