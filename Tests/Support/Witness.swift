/// What threads and loops saw, awaited by a test in the order it was seen.
public final class Witness<Element: Sendable>: Sendable {
  private let continuation: AsyncStream<Element>.Continuation
  private let stream: AsyncStream<Element>

  /// Has seen nothing.
  public init() {
    (stream, continuation) = AsyncStream.makeStream()
  }

  /// Any thread.
  public func see(_ element: Element) {
    continuation.yield(element)
  }

  /// The next element not yet taken; one test task at a time. Nil when that task is cancelled.
  public func next() async -> Element? {
    for await element in stream { return element }
    return nil
  }
}
