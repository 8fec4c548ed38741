public import Net

extension EventLoop {
  /// Returns when everything posted before has run: from elsewhere, and by the loop to itself, which comes behind it in the
  /// same round.
  public func settled() async {
    await withCheckedContinuation { continuation in
      post { [self] in post { continuation.resume() } }
    }
  }

  /// Looks at a state that tells nobody when it changes, until it is as it should be; false when that took too long.
  public func eventually(within seconds: Int64 = 20, _ condition: () async throws -> Bool) async rethrows -> Bool {
    let end = EventLoop.monotonicMilliseconds + seconds * 1000
    while EventLoop.monotonicMilliseconds < end, !Task.isCancelled {
      if try await condition() { return true }
      await withCheckedContinuation { continuation in
        post { [self] in schedule(afterMilliseconds: 5) { continuation.resume() } }
      }
    }
    return false
  }
}
