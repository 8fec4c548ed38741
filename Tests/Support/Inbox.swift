internal import Net

/// A queue between callbacks and a test that awaits them.
///
/// Crosses threads: everything stands behind a lock. One caller awaits at a time.
public final class Inbox<Element: Sendable>: Sendable {
  private struct State {
    var waiting: [Element] = []
    var continuation: CheckedContinuation<Element, Never>?
  }

  private let state = Lock(State())

  /// Nothing came yet.
  public init() {}

  /// Adds an element; any thread.
  public func add(_ element: Element) {
    let waiter: CheckedContinuation<Element, Never>? = state.withLock { state in
      if let continuation = state.continuation {
        state.continuation = nil
        return continuation
      }
      state.waiting.append(element)
      return nil
    }
    waiter?.resume(returning: element)
  }

  /// The next element, as soon as there is one.
  public func next() async -> Element {
    await withCheckedContinuation { continuation in
      let ready: Element? = state.withLock { state in
        if !state.waiting.isEmpty { return state.waiting.removeFirst() }
        state.continuation = continuation
        return nil
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  /// What came and was not awaited yet.
  public var pending: [Element] { state.withLock { $0.waiting } }
}
