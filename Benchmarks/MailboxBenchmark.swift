internal import Net
internal import Wire

/// A message from one thread to a loop: shows at once when the generic mailbox is no longer specialised.
enum MailboxBenchmark {
  static func run() async {
    let loop = EventLoop(name: "bench")
    let count = 200_000
    let bytes = SharedBytes([1])
    var best = Double.infinity
    for _ in 0..<5 {
      let start = Measurement.cpuNanoseconds
      await withCheckedContinuation { continuation in
        let mailbox = counting(count, on: loop) { continuation.resume() }
        for _ in 0..<count { mailbox.post(bytes) }
      }
      best = min(best, Double(Measurement.cpuNanoseconds - start) / Double(count))
    }
    loop.shutdown()
    Measurement.report("mailbox, post and take", best, "across two threads")
  }

  private static func counting(
    _ count: Int, on loop: EventLoop, then done: @escaping () -> Void
  ) -> Mailbox<SharedBytes> {
    var left = count
    return Mailbox(loop: loop) { batch in
      left -= batch.count
      if left == 0 { done() }
    }
  }
}
