import Support

@testable import App

/// A multiplex client in the hands of a test.
struct MultiplexTalk {
  let probe: StreamProbe

  /// Connects, and waits until commands can be sent.
  init(_ bench: ToyGateway, path: String = "/ws") async throws {
    probe = bench.stream(path)
    guard case .opened = try await probe.next() else { throw TalkError.notOpened }
  }

  /// Sends a message and gives the answer.
  func ask(_ message: String) async throws -> String? {
    probe.send(message)
    return try await probe.nextText()
  }

  /// Subscribes to streams that can be, and gives the answer.
  func subscribe(_ streams: String...) async throws -> String? {
    try await ask(MultiplexTalk.subscribe(streams))
  }

  /// The command.
  static func subscribe(_ streams: [String], id: String = "1", since: String? = nil) -> String {
    let names = streams.map { "\"\($0)\"" }.joined(separator: ",")
    return #"{"op":"subscribe","id":\#(id),"args":[\#(names)]\#(since.map { ",\"since\":{\($0)}" } ?? "")}"#
  }

  /// The epoch of the first stream of an answer.
  static func epoch(of answer: String?) -> String {
    let rest = (answer ?? "").split(separator: #""epoch":"#, maxSplits: 1)
    return rest.count == 2 ? String(rest[1].prefix { $0.isNumber }) : ""
  }

  /// A message without its epochs, which are drawn by lot.
  static func withoutEpochs(_ message: String?) -> String? {
    guard let message else { return nil }
    let parts = message.split(separator: #""epoch":"#, omittingEmptySubsequences: false)
    return parts.enumerated().map { $0 == 0 ? String($1) : #""epoch":?"# + $1.drop { $0.isNumber } }.joined()
  }

  private enum TalkError: Error { case notOpened }
}

extension ToyGateway {
  /// Answers what the gateway asks of the stream server until it has asked for all these topics.
  func take(_ topics: String...) async throws {
    var asked = ""
    var count = 0
    while !topics.allSatisfy({ asked.contains("\"\($0)\"") }) {
      let text = try await upstream.nextText()
      asked += text
      guard text.contains(#""op":"open""#) else { continue }
      count += 1
      upstream.send(ToyFrames.taken(count))
    }
  }
}
