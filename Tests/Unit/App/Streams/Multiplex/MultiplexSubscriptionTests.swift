import Contract
import Net
import Support
import Testing
import Wire

@testable import App

/// Candles of a multiplex client: snapshot, spacing, finals.
@Suite(.timeLimit(.minutes(1))) struct MultiplexSubscriptionTests {
  private static let minute = 60_000

  /// A minute of the made-up exchange.
  private func open(_ minutes: Int) -> Int { 1_800_000_000_000 + minutes * Self.minute }

  private func prefix(_ stream: String, _ sequence: Int) -> String {
    #"{"type":"ohlc","stream":"\#(stream)","seq":\#(sequence),"exchange":"toy""#
  }

  @Test func theAnswerComesBeforeTheCurrentCandleAndBothNamesGetIt() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    bench.upstream.answer("/candles", body: ToyGateway.candleRow)
    let talk = try await MultiplexTalk(bench)
    let streams = ["toy/ALPHAUSD/ohlc", "toy/alphausd/ohlc?interval=1m"]
    talk.probe.send(MultiplexTalk.subscribe(streams))
    let answer = try #require(await talk.probe.nextText())
    #expect(answer.hasPrefix(#"{"type":"subscribed""#))
    let snapshots = [try await talk.probe.nextText(), try await talk.probe.nextText()].compactMap { $0 }.sorted()
    #expect(snapshots.count == 2)
    for (snapshot, stream) in zip(snapshots, streams.sorted()) {
      #expect(snapshot.hasPrefix(prefix(stream, 1)))
      #expect(snapshot.contains(#""open":1.0,"high":3.0,"low":0.50,"close":2.0,"volume":7"#))
    }
    // Who comes later finds it in memory, with the same number.
    let second = try await MultiplexTalk(bench)
    #expect(
      MultiplexTalk.withoutEpochs(try await second.subscribe(streams[0]))
        == #"{"type":"subscribed","id":1,"streams":[{"stream":"toy/ALPHAUSD/ohlc","epoch":?,"seq":0,"recovered":null}]}"#
    )
    #expect(try await second.probe.nextText()?.hasPrefix(prefix(streams[0], 1)) == true)
    await bench.stop()
  }

  @Test func openCandlesAreSpacedAndFinalsAreNot() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    let (spaced, every, finals) = (
      "toy/ALPHAUSD/ohlc?conflate=60000", "toy/ALPHAUSD/ohlc", "toy/ALPHAUSD/ohlc?closed_only=1"
    )
    _ = try await talk.subscribe(spaced, every, finals)
    try await bench.take("candles(1m):ALPHAUSD")
    var messages: [String: [String]] = [:]
    // One after the other: states of one instant would be one message.
    for (minute, close) in [(0, "1.1"), (0, "1.2"), (0, "1.3"), (1, "2.1"), (1, "2.2"), (2, "3.1")] {
      bench.upstream.send(ToyFrames.candle(open: open(minute), close: close))
      while messages[every]?.last != close {
        let message = try #require(await talk.probe.nextText())
        let stream = [spaced, every, finals].first { message.contains("\"stream\":\"\($0)\"") } ?? ""
        let found = message.split(separator: #""close":"#).last?.prefix { $0 != "," } ?? ""
        messages[stream, default: []].append(found + (message.hasSuffix("true}") ? " closed" : ""))
      }
    }
    #expect(messages[every] == ["1.1", "1.2", "1.3", "1.3 closed", "2.1", "2.2", "2.2 closed", "3.1"])
    #expect(messages[finals] == ["1.3 closed", "2.2 closed"])
    #expect(messages[spaced] == ["1.1", "1.3 closed", "2.2 closed"])
    await bench.stop()
  }

  @Test func whatIsHeldGoesWhenItsTimeHasCome() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    _ = try await talk.subscribe("toy/ALPHAUSD/ohlc?conflate=50")
    let bare = bench.stream("/ws/toy/ALPHAUSD/ohlc?conflate=50")
    guard case .opened = try await bare.next() else { return }
    try await bench.take("candles(1m):ALPHAUSD")
    #expect(try await bench.serves(2, "candles"))
    for close in ["1.1", "1.2", "1.3"] { bench.upstream.send(ToyFrames.candle(open: open(0), close: close)) }
    #expect(try await talk.probe.nextText { $0.contains(#""close":1.3,"#) }?.contains(#""seq":3,"#) == true)
    #expect(try await bare.nextText { $0.contains(#""close":1.3,"#) } != nil)
    await bench.stop()
  }

  @Test func aBareStreamOfFinalsHasNothingElse() async throws {
    let bench = try ToyGateway()
    try await bench.loaded()
    let bare = bench.stream("/ws/toy/ALPHAUSD/ohlc?closed_only=1")
    guard case .opened = try await bare.next() else { return }
    try await bench.take("candles(1m):ALPHAUSD")
    for minute in 0..<3 { bench.upstream.send(ToyFrames.candle(open: open(minute), close: "\(minute + 1)")) }
    for minute in 0..<2 {
      let text = try await bare.nextText()
      #expect(text?.contains(#""close":\#(minute + 1),"#) == true)
      #expect(text?.hasSuffix(#""is_closed":true}"#) == true)
    }
    await bench.stop()
  }

  @Test func aClientThatLeavesLeavesNothingOpen() async throws {
    var tuning = Tuning()
    tuning.lingerMilliseconds = 0
    let bench = try ToyGateway(tuning: tuning)
    try await bench.loaded()
    let talk = try await MultiplexTalk(bench)
    _ = try await talk.subscribe("toy/ALPHAUSD/trades", "toy/ALPHAUSD/ohlc?conflate=60000")
    try await bench.take("candles(1m):ALPHAUSD", "trades:ALPHAUSD")
    talk.probe.abort()
    while try await bench.upstream.next() != .closed {}
    await bench.stop()
  }
}
