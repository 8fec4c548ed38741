internal import Net
internal import Sessions
internal import Wire

/// Encoded answers by what they answer, for as long as they are fresh, up to a number of bytes.
///
/// Crosses threads: answers are immutable and stand behind a lock that is held for a search.
final class AnswerMemory<Key: Hashable & Sendable>: Sendable {
  private let memory: Lock<BoundedMemory<Key, MarketAnswer>>

  /// Nothing, up to so many bytes.
  init(limitBytes: Int) {
    memory = Lock(BoundedMemory(limitBytes: limitBytes))
  }

  /// What is kept, in bytes.
  var bytes: Int { memory.withLock { $0.bytes } }

  /// The answer, if there is one that may still be served.
  func find(_ key: Key, now: Int64) -> MarketAnswer? {
    guard let answer = memory.withLock({ $0.find(key) }), answer.isFresh(now: now) else { return nil }
    return answer
  }

  /// Keeps an answer that may be served again.
  func keep(_ answer: MarketAnswer, for key: Key) {
    guard answer.freshness > 0 else { return }
    // As if its compressed form were there already, which is shorter.
    memory.withLock { $0.keep(answer, for: key, bytes: 2 * answer.body.count) }
  }
}
