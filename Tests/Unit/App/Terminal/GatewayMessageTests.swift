import PublicJSON
import Services
import Testing

@testable import App

@Suite struct GatewayMessageTests {
  private static func read(_ text: String) -> GatewayMessage? { GatewayMessage.read(Array(text.utf8)) }

  @Test func anEventIsWhatItsOwnRouteSends() {
    #expect(
      Self.read(#"{"type":"trade","stream":"a/B/trades","seq":17,"exchange":"a","price":101621.70}"#)
        == .event(stream: "a/B/trades", sequence: 17, bare: Array(#"{"exchange":"a","price":101621.70}"#.utf8)))
  }

  /// On `/ws/all/…` and `/ws/oi-vol` the type stands in the message itself.
  @Test(arguments: [("liquidation", "all/liquidations?min_value_usd=5"), ("oi_spike", "oi-vol")])
  func anEventOfSeveralExchangesHasItsType(type: String, stream: String) {
    #expect(
      Self.read(#"{"type":"\#(type)","stream":"\#(stream)","seq":1,"exchange":"a"}"#)
        == .event(stream: stream, sequence: 1, bare: Array(#"{"type":"\#(type)","exchange":"a"}"#.utf8)))
  }

  @Test func anEventIsOneLineHoweverItWasWritten() {
    let message = Self.read("{\"type\":\"trade\",\"stream\":\"s\",\"seq\":1,\n\"price\":\r\n1.50 }")
    guard case .event(_, _, let bare) = message else {
      Issue.record("no event")
      return
    }
    #expect(!bare.contains { $0 < 0x20 })
  }

  /// The other side of the gateway's own encoding.
  @Test func answersAreThoseOfTheGateway() {
    let streams = [
      JoinedStream("a", TopicStanding(point: ResumePoint(epoch: 9, sequence: 4), isRecovered: false)),
      JoinedStream("b", TopicStanding(point: ResumePoint(epoch: 1, sequence: 0), isRecovered: nil)),
    ]
    #expect(
      GatewayMessage.read(MultiplexEncoding.subscribed(id: nil, streams))
        == .subscribed([
          .init(stream: "a", epoch: 9, sequence: 4, isRecovered: false),
          .init(stream: "b", epoch: 1, sequence: 0, isRecovered: nil),
        ]))
    #expect(
      GatewayMessage.read(
        MultiplexEncoding.error(id: nil, code: "unknown_symbol", detail: "no", argument: "a", isRetryable: true))
        == .refused(stream: "a", code: "unknown_symbol", detail: "no", isRetryable: true))
    #expect(GatewayMessage.read(MultiplexEncoding.ended("a", detail: "d")) == .ended(stream: "a", detail: "d"))
    #expect(GatewayMessage.read(MultiplexEncoding.pong(id: nil)) == .other)
  }

  @Test(arguments: [
    (
      #"{"type":"stale","stream":"s","since":"2026-10-01T12:00:00Z","cause":"disconnect","exchange":"a"}"#,
      "s: a: nothing comes since 12:00:00.000 (disconnect)"
    ),
    (
      #"{"type":"recovered","stream":"s","since":"2026-10-01T12:00:00Z","cause":"stall","exchange":"a"}"#,
      "s: a: it comes again"
    ),
    (
      #"{"type":"gap","stream":"s","since":"2026-10-01T12:00:00Z","until":"2026-10-01T12:00:01.5Z","cause":"stall","exchange":"a\u001b"}"#,
      "s: a\u{FFFD}: what happened from 12:00:00.000 to 12:00:01.5 is missing (stall)"
    ),
    (
      #"{"type":"lag","stream":"s","since":"x","cause":"slow_consumer","conflated":5}"#,
      "s: states of open candles were left out: this connection is too slow"
    ),
  ])
  func noticesAreSentences(text: String, note: String) {
    #expect(Self.read(text)?.note == note)
  }

  @Test(arguments: [
    "", "[]", "{", "{}", #"{"type":5}"#, #"{"type":"subscribed"}"#, #"{"type":"trade","stream":"s","seq":1,"price":}"#,
    #"{"type":"trade","stream":"s","seq":-1,"price":1} x"#,
  ])
  func whatIsNoMessageIsNone(text: String) {
    #expect(Self.read(text) == nil)
  }

  @Test(arguments: [
    #"{"type":"trade","stream":"s","seq":-1,"price":1}"#, #"{"type":"trade","stream":"s","seq":1}"#,
    #"{"type":"news"}"#,
  ])
  func whatIsNotUnderstoodMeansNothing(text: String) {
    #expect(Self.read(text) == .other)
  }

  @Test func brokenBeginningsAreLeftOut() {
    #expect(
      Self.read(#"{"type":"subscribed","streams":[{"stream":"a"},{"stream":"b","epoch":-1,"seq":1},5]}"#)
        == .subscribed([]))
  }
}
