import Wire

/// One client's socket: what it has subscribed to, and what its messages lead to. Pure; the shell around it obeys.
struct RecordedSocketState {
  enum Action: Equatable {
    case send([UInt8])
    /// Frames of the topic are wanted; `isSilent` where this path has none for it, or no such topic exists.
    case subscribe(String, isSilent: Bool)
    case unsubscribe(String)
  }

  let path: RecordedSocketPath
  private let sockets: RecordedSockets
  private(set) var topics: [String] = []

  init(_ path: RecordedSocketPath, of sockets: RecordedSockets) {
    self.path = path
    self.sockets = sockets
  }

  /// The socket has opened, with topics in its address.
  mutating func open(topics: [String]) -> [Action] {
    topics.prefix(sockets.topicsPerConnection).compactMap { add($0) }
  }

  /// A text message has come.
  mutating func receive(_ text: UnsafeRawBufferPointer, now: Int64) -> [Action] {
    var scope = LayoutScope(now: now)
    if let command = sockets.commands.first(where: { $0.text.map { $0.utf8.elementsEqual(text) } ?? false }) {
      return [.send(command.answer.bytes(scope))]
    }
    guard let message = try? JSONValue(parsing: text) else { return [.send(sockets.notJSON.bytes(scope))] }
    scope.message = message
    guard let command = sockets.commands.first(where: { $0.matches(message) }) else {
      return [.send(sockets.unknownCommand.bytes(scope))]
    }
    return obey(command, message, scope)
  }

  private mutating func obey(_ command: RecordedCommand, _ message: JSONValue, _ scope: LayoutScope) -> [Action] {
    var scope = scope
    let named = command.effect == .list || command.effect == .answer ? [] : command.topics(of: message)
    var changes: [Action] = []
    switch command.effect {
    case .subscribe:
      guard Set(topics).union(named.map(\.name)).count <= sockets.topicsPerConnection else {
        return [.send(sockets.tooManyTopics.bytes(scope))]
      }
      changes = named.compactMap { add($0.name) }
    case .unsubscribe: changes = named.compactMap { remove($0.name) }
    case .list, .answer: break
    }
    guard command.answersEach else {
      scope.topics = quotedTopics()
      return [.send(command.answer.bytes(scope))] + changes
    }
    // The acknowledgement comes before the first frame.
    let answers = named.map { topic in
      scope.topic = topic.name
      scope.element = topic.element
      return Action.send(command.answer.bytes(scope))
    }
    return answers + changes
  }

  private mutating func add(_ name: String) -> Action? {
    guard !topics.contains(name) else { return nil }
    topics.append(name)
    return .subscribe(name, isSilent: !(sockets.topics[name].map(path.serves) ?? false))
  }

  private mutating func remove(_ name: String) -> Action? {
    guard let index = topics.firstIndex(of: name) else { return nil }
    topics.remove(at: index)
    return .unsubscribe(name)
  }

  /// The topics as the elements of a JSON list.
  private func quotedTopics() -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for topic in topics { writer.string(topic) }
    writer.endArray()
    return Array(writer.bytes.dropFirst().dropLast())
  }
}
