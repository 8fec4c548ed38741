internal import Model

/// Which topics are open upstream for one topic of all instruments: the exchange's own, or one for each of its members.
struct FeedTopicState {
  enum Action: Equatable {
    case open(Topic)
    case close(Topic)
  }

  private let topic: Topic
  private(set) var parts: Set<Topic> = []

  init(_ topic: Topic) {
    self.topic = topic
  }

  /// The members as they are now. While they are not known, what is open stays.
  mutating func receive(_ members: TopicMembers) -> [Action] {
    switch members {
    case .unknown: return []
    case .whole: return replaceParts(with: [topic])
    case .instruments(let list): return replaceParts(with: Set(list.map { Topic(topic.channel, of: $0) }))
    }
  }

  /// Nobody wants it any more.
  mutating func end() -> [Action] { replaceParts(with: []) }

  /// Whether the exchange streams it whole.
  var isWhole: Bool { parts.contains(topic) }

  /// Whether the events of an instrument's topic are part of it.
  func carries(_ part: Topic) -> Bool { isWhole || parts.contains(part) }

  private mutating func replaceParts(with wanted: Set<Topic>) -> [Action] {
    defer { parts = wanted }
    return wanted.subtracting(parts).map { .open($0) } + parts.subtracting(wanted).map { .close($0) }
  }
}
