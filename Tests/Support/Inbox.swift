internal import Net

/// A queue between callbacks and a test that awaits them.
///
/// Crosses threads: everything stands behind a lock. One caller awaits at a time.
public final class Inbox<Element: Sendable>: Sendable {
  private struct State {
    var waiting: [Element] = []
    var continuation: CheckedContinuation<Element, any Error>?
  }

  private let state = Lock(State())

  /// Nothing came yet.
  public init() {}

  /// Adds an element; any thread.
  public func add(_ element: Element) {
    let waiter: CheckedContinuation<Element, any Error>? = state.withLock { state in
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
  ///
  /// - Throws: `NothingCame` when the test is over before, as at its time limit: what never comes fails its test and
  ///   does not hold up the run.
  public func next(file: StaticString = #fileID, line: UInt = #line) async throws -> Element {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ready: Result<Element, any Error>? = state.withLock { state in
          if !state.waiting.isEmpty { return .success(state.waiting.removeFirst()) }
          if Task.isCancelled { return .failure(NothingCame(file: file, line: line)) }
          state.continuation = continuation
          return nil
        }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.continuation = nil }
        return state.continuation
      }
      waiter?.resume(throwing: NothingCame(file: file, line: line))
    }
  }

  /// What came and was not awaited yet.
  public var pending: [Element] { state.withLock { $0.waiting } }

  /// Somebody awaits the next element.
  public var isAwaited: Bool { state.withLock { $0.continuation != nil } }
}

/// A test was over while something was awaited.
public struct NothingCame: Error, CustomStringConvertible {
  let file: StaticString
  let line: UInt

  /// Where it was awaited.
  public var description: String { "nothing came that \(file):\(line) awaits" }
}
