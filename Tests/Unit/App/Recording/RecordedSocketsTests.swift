import Model
import Testing

@testable import App

@Suite struct RecordedSocketsTests {
  @Test func topicsInTheAddressNeedNoCommand() throws {
    let sockets = try RecordingFixture.bundled.get().sockets
    let raw = try #require(sockets.path("/market/ws/btcusdt@aggTrade/!forceOrder@arr", query: { _ in nil }))
    #expect(raw.topics == ["btcusdt@aggTrade", "!forceOrder@arr"])
    #expect(raw.path.envelope == nil)
    let combined = try #require(
      sockets.path("/market/stream", query: { $0 == "streams" ? "btcusdt@aggTrade/x" : nil }))
    #expect(combined.topics == ["btcusdt@aggTrade", "x"])
    #expect(combined.path.envelope != nil)
    var state = RecordedSocketState(combined.path, of: sockets)
    #expect(
      state.open(topics: combined.topics) == [
        .subscribe("btcusdt@aggTrade", isSilent: false), .subscribe("x", isSilent: true),
      ])
    #expect(sockets.path("/market", query: { _ in nil }) == nil)
    #expect(sockets.path("/market/wsx", query: { _ in nil }) == nil)
    #expect(sockets.path("/market/stream/x", query: { _ in nil }) == nil)
  }

  @Test func aTopicOfOneInstrumentIsMadeForEach() throws {
    let topics = try RecordingFixture.other().sockets.topics
    #expect(
      topics.keys.sorted() == [
        "candle/A/60", "candle/A/D", "candle/B/60", "candle/B/D", "deal/A", "deal/B", "deals", "tick/A", "tick/B",
      ])
    #expect(topics["deals"]?.instruments.map(\.symbol) == ["A", "B"])
    #expect(topics["candle/B/D"]?.instruments.map(\.symbol) == ["B"])
    #expect(topics["candle/B/D"]?.interval?.length.description == "1d")
  }

  @Test func aChannelMayNameTheSpellingsOfIntervalsItHas() throws {
    var texts = RecordingFixture.otherTexts
    let json = try #require(texts["recording.json"])
    let candle = #""layout": "candle", "feed""#
    texts["recording.json"] = json.replacing(candle, with: #""layout": "candle", "intervals": ["D"], "feed""#)
    let topics = try Recording(RecordingFiles(texts: texts)).sockets.topics
    #expect(topics.keys.filter { $0.hasPrefix("candle") }.sorted() == ["candle/A/D", "candle/B/D"])
    texts["recording.json"] = json.replacing(candle, with: #""layout": "candle", "intervals": ["D", "7"], "feed""#)
    #expect(throws: RecordingError.self) { try Recording(RecordingFiles(texts: texts)) }
  }

  @Test func aPathServesAllChannelsOrThoseItNames() throws {
    let sockets = try RecordingFixture.other().sockets
    let deal = try #require(sockets.topics["deal/A"])
    let tick = try #require(sockets.topics["tick/A"])
    #expect(sockets.paths.map { $0.serves(deal) } == [true, true])
    #expect(sockets.paths.map { $0.serves(tick) } == [true, false])
  }

  @Test func whatIsNotDeclaredHasItsUsualValue() throws {
    let sockets = try RecordingFixture.other().sockets
    #expect(sockets.messagesPerSecond == nil)
    #expect(sockets.topicsQuery == nil)
    #expect(sockets.topicSeparator == "/")
    #expect(sockets.paths.allSatisfy { $0.envelope == nil && !$0.takesPath && !$0.takesQuery })
    #expect(try RecordingFixture.bundled.get().sockets.messagesPerSecond == 10)
  }
}
