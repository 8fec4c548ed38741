import Model
import Support
import Testing
import Wire

@testable import App

@Suite struct RecordedFeedTests {
  private func topic(_ name: String) throws -> RecordedTopic {
    try #require(try RecordingFixture.bundled.get().sockets.topics[name])
  }

  private func frames(_ name: String, after start: Int64, seconds: Int64) throws -> [JSONValue] {
    try topic(name).frames(after: start, through: start + seconds * 1000).map { try JSONValue(parsing: $0.bytes) }
  }

  /// Of candles, the frames that say their candle is over: parsing the others would take most of the time.
  private func closedFrames(_ name: String, after start: Int64, seconds: Int64) throws -> [JSONValue] {
    try topic(name).frames(after: start, through: start + seconds * 1000)
      .filter { $0.bytes.holds(#""x":true"#) }
      .map { try JSONValue(parsing: $0.bytes) }
      .filter { $0["k"]?["x"]?.bool == true }
  }

  private let minute: Int64 = 60_000
  private let hourStart: Int64 = 1_795_600_800_000

  @Test func eachMinuteHasExactlyOneClosedFrame() throws {
    let closed = try closedFrames("btcusdt@kline_1m", after: hourStart, seconds: 7 * 60)
    #expect(closed.compactMap { $0["k"]?["t"]?.integer } == (-1..<6).map { hourStart + $0 * minute })
    for frame in closed {
      let last = try #require(frame["k"]?["T"]?.integer)
      let sent = try #require(frame["E"]?.integer)
      #expect(sent > last && sent <= last + 250)
    }
  }

  @Test func theClosedFrameComesBeforeTheNextCandlesFirst() throws {
    let opens = try frames("btcusdt@kline_1m", after: hourStart, seconds: 600).compactMap { $0["k"]?["t"]?.integer }
    #expect(opens == opens.sorted())
  }

  @Test func aBusyCandleIsSentSeveralTimesASecondAndAtMostFour() throws {
    let frames = try topic("btcusdt@kline_1m").frames(after: hourStart, through: hourStart + 343_000)
    let bySecond = Dictionary(grouping: frames) { $0.time / 1000 }
    // One more in the second in which a candle closes.
    #expect(bySecond.values.allSatisfy { $0.count <= 5 })
    #expect(frames.count > 343 * 2)
  }

  @Test func aCandleIsSentOnlyWhenItHasChanged() throws {
    let frames = try frames("keepusdt@kline_1m", after: hourStart + 121_000, seconds: 50)
    let counts = frames.compactMap { $0["k"]?["n"]?.integer }
    #expect(!counts.isEmpty)
    #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test(arguments: ["btcusdt", "sushiusdt", "ctkusdt"])
  func theClosedFrameHasTheNumbersOfTheRESTRow(symbol: String) throws {
    let recording = try RecordingFixture.bundled.get()
    for frame in try closedFrames("\(symbol)@kline_5m", after: hourStart, seconds: 1800) {
      let candle = try #require(frame["k"])
      let open = try #require(candle["t"]?.integer)
      let query = ["symbol": symbol.uppercased(), "interval": "5m", "startTime": "\(open)", "limit": "1"]
      let reply = recording.answer(
        "GET", "/fapi/v1/klines", query: { query[$0] }, body: [], now: try #require(frame["E"]?.integer))
      let row = try #require(try JSONValue(parsing: reply.body)[0]?.array)
      #expect(row == ["t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q", "B"].map { candle[$0] })
    }
  }

  @Test func theOpenFrameHasTheNumbersOfTheRESTRowAtItsInstant() throws {
    let recording = try RecordingFixture.bundled.get()
    let frames = try frames("btcusdt@kline_1h", after: hourStart + 100_000, seconds: 20)
    #expect(frames.count > 10)
    for frame in frames {
      let now = try #require(frame["E"]?.integer)
      let query = ["symbol": "BTCUSDT", "interval": "1h", "limit": "1"]
      let reply = recording.answer("GET", "/fapi/v1/klines", query: { query[$0] }, body: [], now: now)
      let row = try #require(try JSONValue(parsing: reply.body)[0]?.array)
      #expect(row == ["t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q", "B"].map { frame["k"]?[$0] })
    }
  }

  @Test func spansLaidEndToEndGiveWhatTheLongOneGives() throws {
    for name in ["btcusdt@kline_1m", "btcusdt@aggTrade", "!forceOrder@arr", "btcusdt@markPrice@1s"] {
      let topic = try topic(name)
      let whole = topic.frames(after: hourStart, through: hourStart + 90_000)
      var pieces: [RecordedFrame] = []
      for start in stride(from: hourStart, to: hourStart + 90_000, by: 37) {
        pieces += topic.frames(after: start, through: min(start + 37, hourStart + 90_000))
      }
      #expect(pieces == whole, "\(name)")
      #expect(!whole.isEmpty)
    }
  }

  @Test func tradeNumbersGrowByOneOverTheSeam() throws {
    // Three loops of 20.5 s and their seams.
    let trades = try frames("sushiusdt@aggTrade", after: hourStart, seconds: 62)
    let ids = trades.compactMap { $0["a"]?.integer }
    let first = try #require(ids.first)
    #expect(ids == (0..<Int64(ids.count)).map { first + $0 })
    for (before, after) in zip(trades, trades.dropFirst()) {
      #expect(after["f"]?.integer == before["l"]?.integer.map { $0 + 1 })
      #expect(try #require(after["T"]?.integer) >= #require(before["T"]?.integer))
    }
  }

  @Test func theTradesOfAMinuteComeToItsCandle() throws {
    let trades = try topic("btcusdt@aggTrade").frames(after: hourStart, through: hourStart + 2 * minute)
    let inMinute = try trades.map { try JSONValue(parsing: $0.bytes) }.filter {
      ($0["T"]?.integer ?? 0) / minute == hourStart / minute
    }
    let volume = inMinute.compactMap { $0["q"]?.string.flatMap { FixedDecimal($0) } }
      .reduce(FixedDecimal.zero) { $0.adding($1) ?? $0 }
    let closed = try #require(
      try frames("btcusdt@kline_1m", after: hourStart + minute, seconds: 1).first { $0["k"]?["x"]?.bool == true })
    #expect(volume.description == closed["k"]?["v"]?.string)
    #expect(inMinute.first?["f"] == closed["k"]?["f"])
    #expect(inMinute.last?["l"] == closed["k"]?["L"])
    #expect(inMinute.last?["p"] == closed["k"]?["c"])
  }

  @Test func aWholeMarketTopicHasEverySymbolsRowsInOrder() throws {
    let frames = try topic("!forceOrder@arr").frames(after: hourStart, through: hourStart + 700_000)
    #expect(frames.map(\.time) == frames.map(\.time).sorted())
    let symbols = Set(try frames.map { try JSONValue(parsing: $0.bytes)["o"]?["s"]?.string })
    #expect(symbols == ["BTCUSDT", "LTCUSDT", "SUSHIUSDT", "CTKUSDT", "AKROUSDT", "KEEPUSDT"])
    let own = try topic("btcusdt@forceOrder").frames(after: hourStart, through: hourStart + 700_000)
    #expect(own.allSatisfy { frames.contains($0) })
  }

  @Test func liquidationsOfOneSymbolAreASecondApart() throws {
    let times = try topic("btcusdt@forceOrder").frames(after: hourStart, through: hourStart + 700_000).map(\.time)
    #expect(times.count > 40)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 1000 })
  }

  @Test func ticksStandOnTheirGrid() throws {
    let times = try topic("btcusdt@markPrice").frames(after: hourStart, through: hourStart + 9000).map(\.time)
    #expect(times == [3000, 6000, 9000].map { hourStart + $0 })
  }

  @Test func aCandleWithoutTradesIsNeverSent() throws {
    let topic = try #require(try RecordingFixture.other().sockets.topics["candle/B/60"])
    // B trades at 250 s and 750 s only: two frames as they happen, two when their minutes are over.
    let frames = topic.frames(after: 200_000, through: 900_000)
    #expect(frames.map(\.time) == [250_000, 300_000, 750_000, 780_000])
    #expect(
      frames.map(\.bytes.recordedText) == [
        #"[240000,"1.0",1,0]"#, #"[240000,"1.0",1,1]"#, #"[720000,"1.0",1,0]"#, #"[720000,"1.0",1,1]"#,
      ])
  }

  @Test func anEmptySpanHasNoFrames() throws {
    #expect(try topic("btcusdt@aggTrade").frames(after: hourStart, through: hourStart).isEmpty)
    #expect(try topic("btcusdt@aggTrade").frames(after: hourStart, through: 0).isEmpty)
  }
}
