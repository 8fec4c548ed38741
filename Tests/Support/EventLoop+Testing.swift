public import Net

extension EventLoop {
  /// Returns when everything posted before has run.
  public func settled() async {
    await withCheckedContinuation { continuation in post { continuation.resume() } }
  }
}
