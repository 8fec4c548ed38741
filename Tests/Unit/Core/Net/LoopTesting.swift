import Net

extension EventLoop {
  /// Runs the closure on the loop and gives its result.
  func run<R: Sendable>(_ work: @escaping @Sendable () -> R) async -> R {
    await withCheckedContinuation { continuation in
      post { continuation.resume(returning: work()) }
    }
  }

  /// Runs the closure on the loop; whoever gets the callback says when it is over.
  func wait<R: Sendable>(_ work: @escaping @Sendable (@escaping @Sendable (R) -> Void) -> Void) async -> R {
    await withCheckedContinuation { continuation in
      post { work { continuation.resume(returning: $0) } }
    }
  }
}

/// A value for closures that run on one loop after the other, never at once.
final class Held<Value>: @unchecked Sendable {
  var value: Value

  init(_ value: Value) { self.value = value }
}

/// Runs the test with a loop that ends with it.
func withLoop(_ test: (EventLoop) async throws -> Void) async rethrows {
  let loop = EventLoop(name: "test")
  do {
    try await test(loop)
  } catch {
    loop.shutdown()
    throw error
  }
  loop.shutdown()
}
