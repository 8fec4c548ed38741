import Wire

/// A REST route of a recording: what it takes, what it costs, what it answers.
struct RecordedRoute: Sendable {
  let method: String
  let path: String
  /// What members of the request's JSON body must be, for an exchange that has one path for everything.
  let body: [(path: [String], text: String)]
  let parameters: RecordedParameters
  /// The cost of requests up to a limit, ascending; the last one is that of any other.
  let weights: [(limit: Int64, weight: Int64)]
  /// The cost of a request without a symbol.
  let weightOfAll: Int64?
  let answer: RecordedAnswer

  init(_ node: RecordingNode, _ words: RecordedWords) throws(RecordingError) {
    method = try node["method"]?.text() ?? "GET"
    path = try node.text("path")
    var body: [(path: [String], text: String)] = []
    for (name, member) in try node["body"]?.members() ?? [] {
      body.append((name.split(separator: ".").map(String.init), try member.text()))
    }
    self.body = body
    parameters = try RecordedParameters(node["parameters"], words)
    weights = try RecordedRoute.weights(node["weight"])
    weightOfAll = try node["weightOfAll"]?.integer()
    answer = try RecordedAnswer(try node.node("answer"), words)
  }

  /// The cost of a query.
  func weight(_ query: RecordedQuery) -> Int64 {
    if let weightOfAll, query.instrument == nil { return weightOfAll }
    return weights.first { query.range.limit <= $0.limit }?.weight ?? weights.last?.weight ?? 0
  }

  private static func weights(_ node: RecordingNode?) throws(RecordingError) -> [(limit: Int64, weight: Int64)] {
    guard let node else { return [] }
    if let weight = node.value.integer { return [(.max, weight)] }
    var weights: [(limit: Int64, weight: Int64)] = []
    for pair in try node.elements() {
      let numbers = try pair.elements()
      guard numbers.count == 2 else { throw pair.fault("is no pair of a limit and a weight") }
      weights.append((try numbers[0].integer(), try numbers[1].integer()))
    }
    return weights
  }
}
