import Wire

/// A message a client may send, and what it does.
struct RecordedCommand: Sendable {
  enum Effect: String, Sendable {
    case subscribe, unsubscribe, list
    /// Nothing but the answer, as to an exchange's own ping.
    case answer
  }

  /// The whole message, where it is no JSON.
  let text: String?
  /// What members of the message must be.
  let members: [(path: [String], text: String)]
  let effect: Effect
  /// Where the message holds its list of topics, or the one topic; the message itself where this is empty.
  let topicsPath: [String]
  /// How a topic that is an object is spelled as a name.
  let topicName: Layout?
  let answer: Layout
  /// Whether each topic is answered for itself.
  let answersEach: Bool

  init(_ node: RecordingNode, _ words: RecordedWords) throws(RecordingError) {
    let condition = try node.node("when")
    text = condition.value.string
    var members: [(path: [String], text: String)] = []
    for (name, member) in try text == nil ? condition.members() : [] {
      members.append((name.split(separator: ".").map(String.init), try member.text()))
    }
    self.members = members
    guard let effect = Effect(rawValue: try node.text("does")) else { throw node.fault("does nothing known") }
    self.effect = effect
    topicsPath = try node["topics"]?.text().split(separator: ".").map(String.init) ?? []
    topicName = try node["topicName"].map { (node) throws(RecordingError) in
      try Layout(Substring(try node.text()), file: node.file)
    }
    answer = try words.layout(node, "answer")
    answersEach = node["answersEach"]?.value.bool ?? false
  }

  func matches(_ message: JSONValue) -> Bool {
    text == nil && members.allSatisfy { message.member(at: $0.path)?.string == $0.text }
  }

  /// The topics of a message, with the part of it each one was named by.
  func topics(of message: JSONValue) -> [(name: String, element: JSONValue)] {
    guard let place = message.member(at: topicsPath) else { return [] }
    return (place.array ?? [place]).compactMap { element in
      if let name = element.string { return (name, element) }
      guard let topicName, element.members != nil else { return nil }
      var scope = LayoutScope(now: 0)
      scope.element = element
      return (String(decoding: topicName.bytes(scope), as: UTF8.self), element)
    }
  }
}
