internal import Glibc
internal import Wire

/// Answers by the bytes of the request they answer: a client that asks the same again is answered without its request being
/// parsed, routed and negotiated anew. What is kept is the head; the content is asked for each time, and ends it.
///
/// Loop-confined. Bounded by number and by the size of a request.
final class RepeatMemory {
  /// Requests that are known at a time; with one more all are forgotten.
  static let capacity = 256
  /// The longest request that is worth it, in bytes.
  static let maxRequestBytes = 2048

  /// The bytes of a request.
  struct Key {
    fileprivate let bytes: SharedBytes

    /// `nil` when they are too many.
    init?(_ bytes: UnsafeRawBufferPointer) {
      guard bytes.count <= RepeatMemory.maxRequestBytes else { return nil }
      self.bytes = SharedBytes(copying: bytes)
    }

    fileprivate func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
      guard other.count == bytes.count, let start = other.baseAddress else { return false }
      return memcmp(bytes.base, start, other.count) == 0
    }
  }

  /// An answer that can be given again. An object, so that finding it copies one reference.
  final class Answer {
    fileprivate let key: Key
    fileprivate let repetition: HTTPRepeat
    let template: HTTPHeadTemplate
    let status: Int
    /// Whether content follows the head.
    let hasContent: Bool

    fileprivate init(_ response: HTTPResponse, _ repetition: HTTPRepeat, to method: HTTPMethod, for key: Key) {
      self.key = key
      self.repetition = repetition
      template = HTTPHeadTemplate(response, to: method)
      status = response.status.code
      hasContent = HTTPSerializer.hasContent(response, to: method)
    }
  }

  /// By a hash of the bytes, so that a search makes no key. Without the check of exclusive access: docs/decisions/0023.
  @exclusivity(unchecked) private var answers: [Int: Answer] = [:]

  /// How many requests are known.
  var count: Int { answers.count }

  /// The answer to these bytes with its content, if it holds.
  func find(_ bytes: UnsafeRawBufferPointer) -> (answer: Answer, content: HTTPRepeat.Content)? {
    let hash = RepeatMemory.hash(bytes)
    guard let answer = answers[hash], answer.key.isEqual(to: bytes) else { return nil }
    guard let content = answer.repetition.content() else {
      answers[hash] = nil
      return nil
    }
    return (answer, content)
  }

  /// Keeps an answer for the bytes of its request.
  func keep(_ response: HTTPResponse, _ repetition: HTTPRepeat, to method: HTTPMethod, for key: Key) {
    if answers.count >= RepeatMemory.capacity { answers.removeAll(keepingCapacity: true) }
    answers[RepeatMemory.hash(key.bytes.bytes)] = Answer(response, repetition, to: method, for: key)
  }

  /// Seeded anew in each process, so that nobody can choose requests that meet.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }
}
