import Testing
import Wire

@testable import App

@Suite struct RecordedSocketStateTests {
  private func state(_ path: String, of recording: Recording) throws -> RecordedSocketState {
    let found = try #require(recording.sockets.path(path, query: { _ in nil }))
    return RecordedSocketState(found.path, of: recording.sockets)
  }

  private func receive(_ text: String, _ state: inout RecordedSocketState) -> [RecordedSocketState.Action] {
    Array(text.utf8).withUnsafeBytes { state.receive($0, now: 0) }
  }

  private func send(_ text: String) -> RecordedSocketState.Action {
    .send(Array(text.utf8))
  }

  @Test func aSubscriptionIsAcknowledgedBeforeItsFrames() throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    let actions = receive(#"{"method":"SUBSCRIBE","params":["btcusdt@kline_1m","btcusdt@aggTrade"],"id":7}"#, &state)
    #expect(
      actions == [
        send(#"{"result":null,"id":7}"#), .subscribe("btcusdt@kline_1m", isSilent: false),
        .subscribe("btcusdt@aggTrade", isSilent: false),
      ])
  }

  @Test func theIdentifierComesBackAsItWasSent() throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    #expect(
      receive(#"{"method":"SUBSCRIBE","params":[],"id":"a\"b"}"#, &state) == [send(#"{"result":null,"id":"a\"b"}"#)])
  }

  @Test func anUnknownTopicIsAcknowledgedAndSilent() throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    let actions = receive(#"{"method":"SUBSCRIBE","params":["nousdt@aggTrade"],"id":1}"#, &state)
    #expect(actions == [send(#"{"result":null,"id":1}"#), .subscribe("nousdt@aggTrade", isSilent: true)])
  }

  @Test(arguments: ["/public/ws", "/public/stream", "/ws", "/stream"])
  func theWrongPathIsAcknowledgedAndSilent(path: String) throws {
    var state = try state(path, of: try RecordingFixture.bundled.get())
    let actions = receive(#"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}"#, &state)
    #expect(actions == [send(#"{"result":null,"id":1}"#), .subscribe("btcusdt@aggTrade", isSilent: true)])
  }

  @Test func unsubscribingEndsATopicOnce() throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    _ = receive(#"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}"#, &state)
    let message = #"{"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":2}"#
    #expect(receive(message, &state) == [send(#"{"result":null,"id":2}"#), .unsubscribe("btcusdt@aggTrade")])
    #expect(receive(message, &state) == [send(#"{"result":null,"id":2}"#)])
    #expect(state.topics.isEmpty)
  }

  @Test func subscribingTwiceIsOneSubscription() throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    let message = #"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}"#
    #expect(receive(message, &state).count == 2)
    #expect(receive(message, &state).count == 1)
    #expect(state.topics == ["btcusdt@aggTrade"])
  }

  @Test func theSubscriptionsAreListed() throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    #expect(receive(#"{"method":"LIST_SUBSCRIPTIONS","id":3}"#, &state) == [send(#"{"result":[],"id":3}"#)])
    _ = receive(#"{"method":"SUBSCRIBE","params":["a","b"],"id":1}"#, &state)
    #expect(receive(#"{"method":"LIST_SUBSCRIPTIONS","id":3}"#, &state) == [send(#"{"result":["a","b"],"id":3}"#)])
  }

  @Test(arguments: ["", "{", "hello", "{}{}"])
  func whatIsNoJSONGetsAnError(text: String) throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    #expect(
      receive(text, &state) == [
        send(#"{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}"#)
      ])
  }

  @Test(arguments: ["[]", "1", #"{"method":"subscribe","params":[],"id":1}"#, #"{"params":["a"]}"#])
  func anUnknownCommandGetsAnErrorAndChangesNothing(text: String) throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    let actions = receive(text, &state)
    #expect(actions.count == 1)
    guard case .send(let bytes) = actions[0] else { throw RecordingError("", "nothing was sent") }
    #expect(try JSONValue(parsing: bytes)["error"]?["code"]?.integer == 2)
  }

  @Test func topicsBeyondTheMostAreRefusedWhole() throws {
    var state = try state("/market/ws", of: try RecordingFixture.bundled.get())
    func message(_ numbers: Range<Int>) -> String {
      #"{"method":"SUBSCRIBE","params":[\#(numbers.map { "\"t\($0)\"" }.joined(separator: ","))],"id":1}"#
    }
    #expect(receive(message(0..<1024), &state).count == 1025)
    let refused = receive(message(1020..<1025), &state)
    #expect(refused == [send(#"{"error":{"code":4,"msg":"Too many requests"},"id":1}"#)])
    #expect(state.topics.count == 1024)
    #expect(receive(message(0..<1024), &state).count == 1)
  }

  @Test func topicsMayBeObjectsAndAnsweredOneByOne() throws {
    var state = try state("/ws", of: try RecordingFixture.other())
    let message = #"{"op":"sub","id":5,"args":[{"kind":"deal","coin":"A"},{"kind":"deal","coin":"Z"}]}"#
    #expect(
      receive(message, &state) == [
        send(#"{"ok":{"kind":"deal","coin":"A"},"topic":"deal/A","id":5}"#),
        send(#"{"ok":{"kind":"deal","coin":"Z"},"topic":"deal/Z","id":5}"#),
        .subscribe("deal/A", isSilent: false), .subscribe("deal/Z", isSilent: true),
      ])
    #expect(
      receive(#"{"op":"unsub","id":6,"args":{"kind":"deal","coin":"A"}}"#, &state) == [
        send(#"{"done":6}"#), .unsubscribe("deal/A"),
      ])
    #expect(receive(#"{"op":"unsub","args":[7]}"#, &state) == [send(#"{"done":null}"#)])
  }

  @Test func aPathMayServeSomeChannelsOnly() throws {
    var state = try state("/quiet", of: try RecordingFixture.other())
    let message = #"{"op":"sub","id":5,"args":["deal/A","tick/A"]}"#
    #expect(
      receive(message, &state).suffix(2) == [
        .subscribe("deal/A", isSilent: false), .subscribe("tick/A", isSilent: true),
      ])
  }

  @Test func aPingMayBePlainText() throws {
    var state = try state("/ws", of: try RecordingFixture.other())
    #expect(receive("ping", &state) == [send("pong")])
    #expect(receive("pin", &state) == [send(#"{"wrong":"null"}"#)])
  }
}
