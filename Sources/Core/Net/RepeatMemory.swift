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
  struct Key: Hashable {
    let bytes: [UInt8]

    /// `nil` when they are too many.
    init?(_ bytes: UnsafeRawBufferPointer) {
      guard bytes.count <= RepeatMemory.maxRequestBytes else { return nil }
      self.bytes = Array(bytes)
    }
  }

  /// An answer that can be given again.
  struct Answer {
    let template: HTTPHeadTemplate
    let repetition: HTTPRepeat
    let status: Int
    /// Whether content follows the head.
    let hasContent: Bool
  }

  private struct Entry {
    let key: Key
    let answer: Answer
  }

  /// By a hash of the bytes, so that a search makes no key.
  private var entries: [Int: Entry] = [:]

  /// How many requests are known.
  var count: Int { entries.count }

  /// The answer to these bytes with its content, if it holds.
  func find(_ bytes: UnsafeRawBufferPointer) -> (answer: Answer, content: HTTPRepeat.Content)? {
    let hash = RepeatMemory.hash(bytes)
    guard let entry = entries[hash], entry.key.bytes.elementsEqual(bytes) else { return nil }
    guard let content = entry.answer.repetition.content() else {
      entries[hash] = nil
      return nil
    }
    return (entry.answer, content)
  }

  /// Keeps an answer for the bytes of its request.
  func keep(_ response: HTTPResponse, _ repetition: HTTPRepeat, to method: HTTPMethod, for key: Key) {
    if entries.count >= RepeatMemory.capacity { entries.removeAll(keepingCapacity: true) }
    let answer = Answer(
      template: HTTPHeadTemplate(response, to: method), repetition: repetition, status: response.status.code,
      hasContent: HTTPSerializer.hasContent(response, to: method))
    entries[key.bytes.withUnsafeBytes(RepeatMemory.hash)] = Entry(key: key, answer: answer)
  }

  /// Seeded anew in each process, so that nobody can choose requests that meet.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }
}
