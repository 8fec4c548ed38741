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

  /// How many answers that may not be served any more go for one that comes: more than come, and few enough to be no pause.
  private static var spentAtOnce: Int { 4 }

  /// Keeps an answer that may be served again. Of those not used for the longest time the ones that may not be are dropped, so
  /// that the new one gets their memory, which costs less than other memory from the system.
  func keep(_ answer: MarketAnswer, for key: Key) {
    guard answer.freshness > 0 else { return }
    memory.withLock { memory in
      memory.dropOldest(atMost: AnswerMemory.spentAtOnce) { !$0.isFresh(now: answer.asked) }
      // As if its compressed form were there already, which is shorter.
      memory.keep(answer, for: key, bytes: 2 * answer.body.count)
    }
  }
}
