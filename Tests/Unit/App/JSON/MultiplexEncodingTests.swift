import Model
import Services
import Testing
import Wire

@testable import PublicJSON

/// Every message of the multiplex, letter by letter.
@Suite struct MultiplexEncodingTests {
  private let id = Array("1.50".utf8)
  private let noon = Timestamp(milliseconds: 1_791_283_200_000) ?? .epoch

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func subscribedNamesWhereEachStreamBegins() {
    let point = ResumePoint(epoch: 9_007_199_254_740_991, sequence: 7)
    let streams = [nil, true, false].map { recovered in
      JoinedStream("a/\"b\"", TopicStanding(point: point, isRecovered: recovered))
    }
    let rows = ["null", "true", "false"].map {
      #"{"stream":"a/\"b\"","epoch":9007199254740991,"seq":7,"recovered":\#($0)}"#
    }
    #expect(
      text(MultiplexEncoding.subscribed(id: id, streams))
        == #"{"type":"subscribed","id":1.50,"streams":[\#(rows.joined(separator: ","))]}"#)
    #expect(text(MultiplexEncoding.subscribed(id: nil, [])) == #"{"type":"subscribed","id":null,"streams":[]}"#)
  }

  @Test func theOtherAnswers() {
    #expect(
      text(MultiplexEncoding.unsubscribed(id: Array(#""x""#.utf8), ["a", "b"]))
        == #"{"type":"unsubscribed","id":"x","streams":["a","b"]}"#)
    #expect(
      text(MultiplexEncoding.list(id: id, [("a", ResumePoint(epoch: 1, sequence: 2))]))
        == #"{"type":"list","id":1.50,"streams":[{"stream":"a","epoch":1,"seq":2}]}"#)
    #expect(text(MultiplexEncoding.pong(id: id)) == #"{"type":"pong","id":1.50}"#)
  }

  @Test func anErrorNamesItsArgument() {
    #expect(
      text(
        MultiplexEncoding.error(
          id: id, code: "unknown_symbol", detail: "no 'X'", argument: "toy/X/ohlc", isRetryable: false))
        == #"{"type":"error","id":1.50,"code":"unknown_symbol","detail":"no 'X'","arg":"toy/X/ohlc","retryable":false}"#
    )
    #expect(
      text(MultiplexEncoding.error(id: nil, code: "bad_request", detail: "d", argument: nil, isRetryable: true))
        == #"{"type":"error","id":null,"code":"bad_request","detail":"d","arg":null,"retryable":true}"#)
  }

  @Test func noticesSayWhatIsTrueOfAStream() {
    let exchange = ExchangeID("toy")
    #expect(
      text(MultiplexEncoding.lag("a", since: noon, conflated: 3))
        == #"{"type":"lag","stream":"a","since":"2026-10-06T10:40:00Z","cause":"slow_consumer","conflated":3}"#)
    #expect(
      text(MultiplexEncoding.notice(StreamNotice(.stale, exchange: exchange, since: noon, cause: "silent"), "a"))
        == #"{"type":"stale","stream":"a","since":"2026-10-06T10:40:00Z","cause":"silent","exchange":"toy"}"#)
    #expect(
      text(MultiplexEncoding.notice(StreamNotice(.recovered, exchange: exchange, since: noon, cause: "c"), "a"))
        == #"{"type":"recovered","stream":"a","since":"2026-10-06T10:40:00Z","cause":"c","exchange":"toy"}"#)
    let later = noon.advanced(byMilliseconds: 1500)
    #expect(
      text(MultiplexEncoding.notice(StreamNotice(.gap(until: later), exchange: exchange, since: noon, cause: "c"), "a"))
        == #"{"type":"gap","stream":"a","since":"2026-10-06T10:40:00Z","cause":"c","exchange":"toy","until":"2026-10-06T10:40:01.500Z"}"#
    )
    #expect(
      text(MultiplexEncoding.ended("a", detail: "toy/A is delisted"))
        == #"{"type":"ended","stream":"a","detail":"toy/A is delisted"}"#)
  }

  @Test func quotesAreAnsweredWithAllThatHolds() {
    #expect(
      text(
        MultiplexEncoding.quotesSubscribed(
          exchange: ExchangeID("toy"), contractType: "perpetual", symbols: ["A"], limit: nil))
        == #"{"type":"subscribed","exchange":"toy","contract_type":"perpetual","symbols":["A"],"limit":null}"#)
  }

  @Test func aDataMessageIsItsPrefixAndTheSharedBytesAfterTheirBrace() {
    let head = MultiplexEncoding.head(type: "ohlc", stream: "toy/\"A\"/ohlc")
    #expect(
      MultiplexEncoding.prefix(head, sequence: 18_446_744_073_709_551_615)
        == #"{"type":"ohlc","stream":"toy/\"A\"/ohlc","seq":18446744073709551615,"#)
    #expect(MultiplexEncoding.prefix(head, sequence: 0).hasSuffix(#","seq":0,"#))
  }
}
