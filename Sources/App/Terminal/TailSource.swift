/// Where the events of a tail come from. Fills a `TailQueue`.
protocol TailSource: Sendable {
  /// Begins.
  func start()
  /// Ends, for good.
  func stop() async
}
