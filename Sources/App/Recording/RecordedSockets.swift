import Model
import Wire

/// How an exchange's WebSocket side behaves.
struct RecordedSockets: Sendable {
  let pingMilliseconds: Int64
  let pongMilliseconds: Int64
  let messagesPerSecond: Int?
  let topicsPerConnection: Int
  let paths: [RecordedSocketPath]
  /// The parameter of the address that holds topics, and what stands between them there and in the path.
  let topicsQuery: String?
  let topicSeparator: String
  let topics: [String: RecordedTopic]
  let commands: [RecordedCommand]
  let notJSON: Layout
  let unknownCommand: Layout
  let tooManyTopics: Layout

  init(
    _ node: RecordingNode, _ words: RecordedWords, instruments: [RecordedInstrument], intervals: [String: Interval]
  ) throws(RecordingError) {
    pingMilliseconds = try node.integer("pingMilliseconds", in: 1000...86_400_000)
    pongMilliseconds = try node.integer("pongMilliseconds", in: 1000...86_400_000)
    messagesPerSecond = try node["messagesPerSecond"].map { (node) throws(RecordingError) in Int(try node.integer()) }
    topicsPerConnection = Int(try node.integer("topicsPerConnection", in: 1...100_000))
    topicsQuery = try node["topicsQuery"]?.text()
    topicSeparator = try node["topicSeparator"]?.text() ?? "/"
    notJSON = try words.layout(node, "notJSON")
    unknownCommand = try words.layout(node, "unknownCommand")
    tooManyTopics = try words.layout(node, "tooManyTopics")
    var topics: [String: RecordedTopic] = [:]
    for channel in try node.node("channels").elements() {
      for topic in try RecordedSockets.topics(channel, words, instruments: instruments, intervals: intervals)
      where topics.updateValue(topic, forKey: topic.name) != nil {
        throw channel.fault("the topic \(topic.name) stands there twice")
      }
    }
    self.topics = topics
    var paths: [RecordedSocketPath] = []
    for path in try node.node("paths").elements() { paths.append(try RecordedSocketPath(path, words)) }
    self.paths = paths
    var commands: [RecordedCommand] = []
    for command in try node.node("commands").elements() { commands.append(try RecordedCommand(command, words)) }
    self.commands = commands
  }

  /// The path of a request, and the topics its address names; `nil` for no path of a socket.
  func path(_ path: String, query: (String) -> String?) -> (path: RecordedSocketPath, topics: [String])? {
    for known in paths {
      if path == known.path {
        let text = known.takesQuery ? topicsQuery.flatMap(query) : nil
        return (known, text.map(names) ?? [])
      }
      if known.takesPath, path.hasPrefix("\(known.path)/") {
        return (known, names(String(path.dropFirst(known.path.count + 1))))
      }
    }
    return nil
  }

  private func names(_ text: String) -> [String] {
    text.split(separator: topicSeparator).map(String.init)
  }

  /// A channel's topics: one for each instrument and interval its name speaks of.
  private static func topics(
    _ node: RecordingNode, _ words: RecordedWords, instruments: [RecordedInstrument], intervals: [String: Interval]
  ) throws(RecordingError) -> [RecordedTopic] {
    let feed = try RecordedFeed(try node.node("feed"), words)
    let layout = try words.layout(node, "layout", rowsOf: try node["feed"]?["tape"]?.text())
    let name = try Layout(Substring(try node.text("topic")), file: node.file)
    let isPerInstrument = name.sources.contains { if case .instrument = $0 { true } else { $0 == .symbol } }
    let isPerInterval = name.sources.contains(.interval)
    // One spelling of an interval may be that of other routes, and none here.
    let spelled = try node["intervals"].map { (node) throws(RecordingError) in Set(try node.texts()) }
    let intervals = intervals.filter { spelled?.contains($0.key) ?? true }
    if let spelled, intervals.count != spelled.count { throw node.fault("intervals names one that is none") }
    if case .candles = feed, !isPerInterval { throw node.fault("the topic of candles does not name their interval") }
    var topics: [RecordedTopic] = []
    for group in isPerInstrument ? instruments.map({ [$0] }) : [instruments] {
      for interval in isPerInterval ? intervals.map({ $0 }) : [nil] {
        var scope = LayoutScope(now: 0, instrument: group.first)
        scope.interval = interval?.key
        topics.append(
          RecordedTopic(
            name: String(decoding: name.bytes(scope), as: UTF8.self), channel: try node.text("name"), feed: feed,
            layout: layout, instruments: group, interval: interval.map { ($0.key, $0.value) }))
      }
    }
    return topics
  }
}

/// A path sockets are opened on. One opened on a path that does not serve a topic is acknowledged, and silent.
struct RecordedSocketPath: Sendable {
  let path: String
  /// The channels served here; `nil` for all.
  let channels: Set<String>?
  let takesPath: Bool
  let takesQuery: Bool
  /// What stands around each frame.
  let envelope: Layout?

  init(_ node: RecordingNode, _ words: RecordedWords) throws(RecordingError) {
    path = try node.text("path")
    let serves = try node.node("serves")
    channels = serves.value.string == "all" ? nil : Set(try serves.texts())
    let place = try node["topics"]?.text()
    takesPath = place == "path"
    takesQuery = place == "query"
    envelope = node["envelope"] == nil ? nil : try words.layout(node, "envelope")
  }

  func serves(_ topic: RecordedTopic) -> Bool {
    channels?.contains(topic.channel) ?? true
  }
}
