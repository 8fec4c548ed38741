internal import PublicJSON
internal import Services

/// One `subscribe` until it is answered: the answer names the point at which each stream begins, so it goes when all have
/// joined, and events wait for it.
///
/// - There is one answer, unless more events wait than are allowed: then those that have joined are answered and set
///   free, and the others are answered when they have joined.
/// - A stream that was withdrawn is not waited for.
struct SubscribeState {
  /// In the order of the command.
  private var unanswered: [String]
  private var standings: [String: TopicStanding] = [:]
  private var missing: Int
  private var heldCount = 0
  private let heldLimit: Int

  /// Waits for these streams, each named once.
  init(_ streams: [String], heldLimit: Int) {
    unanswered = streams
    missing = streams.count
    self.heldLimit = heldLimit
  }

  /// A stream has joined. Gives the streams of the answer when it is due, as do the others.
  mutating func join(_ stream: String, _ standing: TopicStanding) -> [JoinedStream]? {
    guard standings.updateValue(standing, forKey: stream) == nil else { return nil }
    missing -= 1
    return missing == 0 ? answer() : nil
  }

  /// A stream will not join, or has left before the answer.
  mutating func withdraw(_ stream: String) -> [JoinedStream]? {
    guard let index = unanswered.firstIndex(of: stream) else { return nil }
    unanswered.remove(at: index)
    if standings.removeValue(forKey: stream) == nil { missing -= 1 }
    return missing == 0 ? answer() : nil
  }

  /// An event waits for the answer.
  mutating func hold() -> [JoinedStream]? {
    heldCount += 1
    return heldCount >= heldLimit ? answer() : nil
  }

  private mutating func answer() -> [JoinedStream] {
    let joined = unanswered.compactMap { stream in standings[stream].map { JoinedStream(stream, $0) } }
    unanswered.removeAll { standings[$0] != nil }
    standings = [:]
    heldCount = 0
    return joined
  }
}
