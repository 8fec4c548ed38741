import Testing
import Wire

@testable import App

@Suite struct RecordedCommandTests {
  private func command(_ index: Int) throws -> RecordedCommand {
    try RecordingFixture.other().sockets.commands[index]
  }

  @Test func aCommandMatchesByItsMembers() throws {
    let subscribe = try command(1)
    #expect(subscribe.matches(try JSONValue(parsing: #"{"x":1,"op":"sub"}"#)))
    #expect(!subscribe.matches(try JSONValue(parsing: #"{"op":"unsub"}"#)))
    #expect(!subscribe.matches(try JSONValue(parsing: #"{"op":1}"#)))
    #expect(!subscribe.matches(try JSONValue(parsing: "[]")))
  }

  @Test func aTextIsNoJSONToMatch() throws {
    let ping = try command(0)
    #expect(ping.text == "ping")
    #expect(ping.effect == .answer)
    #expect(!ping.matches(try JSONValue(parsing: #""ping""#)))
  }

  @Test func topicsAreTextsOrObjectsInAListOrAlone() throws {
    let subscribe = try command(1)
    func names(_ text: String) throws -> [String] {
      subscribe.topics(of: try JSONValue(parsing: text)).map(\.name)
    }
    #expect(try names(#"{"args":["a",{"kind":"k","coin":"c"}]}"#) == ["a", "k/c"])
    #expect(try names(#"{"args":"a"}"#) == ["a"])
    #expect(try names(#"{"args":{"kind":"k","coin":"c"}}"#) == ["k/c"])
    #expect(try names(#"{"args":{"kind":"k"}}"#) == ["k/null"])
    #expect(try names(#"{"args":[1,null,[]]}"#) == [])
    #expect(try names("{}") == [])
  }

  @Test func anObjectIsNoTopicWhereNoneIsDeclared() throws {
    let subscribe = try #require(try RecordingFixture.bundled.get().sockets.commands.first)
    #expect(subscribe.topics(of: try JSONValue(parsing: #"{"params":[{"a":"b"},"c"]}"#)).map(\.name) == ["c"])
  }
}
