import Model
import Testing
import Wire

@testable import App

/// Candles against `expected.json`, which Python's Decimal made from the same tapes (`Recordings/binance/expect.py`).
@Suite struct RecordedCandleTests {
  private struct Case {
    let symbol: String
    let interval: String
    let now: Int64
    let openTime: Int64
    let row: String
    let firstID: Int64
    let lastID: Int64

    init(_ value: JSONValue) throws {
      symbol = try #require(value["symbol"]?.string)
      interval = try #require(value["interval"]?.string)
      now = try #require(value["now"]?.integer)
      openTime = try #require(value["openTime"]?.integer)
      row = try #require(value["row"]?.string)
      firstID = try #require(value["firstId"]?.integer)
      lastID = try #require(value["lastId"]?.integer)
    }
  }

  private func cases() throws -> [Case] {
    try #require(try RecordingFixture.expected()["candles"]?.array).map { try Case($0) }
  }

  @Test func everyExpectedCandleIsAnsweredDigitForDigit() throws {
    let recording = try RecordingFixture.bundled.get()
    let cases = try cases()
    #expect(cases.count == 222)
    for item in cases {
      let query = [
        "symbol": item.symbol, "interval": item.interval, "startTime": "\(item.openTime)",
        "endTime": "\(item.openTime)",
      ]
      let reply = recording.answer("GET", "/fapi/v1/klines", query: { query[$0] }, body: [], now: item.now)
      #expect(reply.body.recordedText == "[\(item.row)]", "\(item.symbol) \(item.interval) at \(item.now)")
    }
  }

  @Test func rawTradesAreNumberedWithoutGapsOverTheSeam() throws {
    let recording = try RecordingFixture.bundled.get()
    for item in try cases() {
      let instrument = try #require(recording.instrument(item.symbol))
      let interval = try #require(Interval(item.interval))
      let open = try #require(Timestamp(milliseconds: item.openTime))
      let candle = instrument.candle(interval, openTime: open, now: item.now)
      #expect(candle.value(of: .firstID) == .integer(item.firstID))
      #expect(candle.value(of: .lastID) == .integer(item.lastID))
    }
  }

  @Test func aRollingDayEqualsDecimalArithmetic() throws {
    let recording = try RecordingFixture.bundled.get()
    for value in try #require(try RecordingFixture.expected()["tickers"]?.array) {
      let symbol = try #require(value["symbol"]?.string)
      let reply = recording.answer(
        "GET", "/fapi/v1/ticker/24hr", query: { $0 == "symbol" ? symbol : nil }, body: [],
        now: try #require(value["now"]?.integer))
      let answer = try JSONValue(parsing: reply.body)
      for name in ["priceChange", "priceChangePercent", "weightedAvgPrice", "volume", "quoteVolume", "count"] {
        #expect(answer[name] == value[name], "\(symbol) \(name)")
      }
    }
  }

  @Test func aCandleWithoutTradesStandsAtThePriceBeforeIt() throws {
    let recording = try RecordingFixture.other()
    let instrument = try #require(recording.instrument("B"))
    // One trade in 500 s: the minute from 780 s to 840 s has none, and the last price is 1.0.
    let candle = instrument.candle(from: 780_000, to: 840_000, now: 900_000)
    #expect(candle.fold == nil)
    #expect(candle.value(of: .open) == .decimal(10, scale: 1))
    #expect(candle.value(of: .low) == .decimal(10, scale: 1))
    #expect(candle.value(of: .change) == .decimal(0, scale: 1))
    #expect(candle.value(of: .volume) == .decimal(0, scale: 0))
    #expect(candle.value(of: .firstID) == .integer(-1))
    #expect(candle.value(of: .lastID) == .integer(-1))
    #expect(candle.value(of: .isClosed) == .flag(true))
    #expect(candle.value(of: .average) == .quotient(0, 0))
  }

  @Test func tradesAfterTheInstantAreNotInTheCandle() throws {
    let instrument = try #require(try RecordingFixture.other().instrument("A"))
    // Loop 15 begins at 105 s: trades at 105.000, 108.000, 111.999.
    #expect(instrument.candle(from: 105_000, to: 112_000, now: 107_999).value(of: .trades) == .integer(1))
    #expect(instrument.candle(from: 105_000, to: 112_000, now: 108_000).value(of: .trades) == .integer(3))
    #expect(instrument.candle(from: 105_000, to: 112_000, now: 111_999).value(of: .isClosed) == .flag(false))
    #expect(instrument.candle(from: 105_000, to: 112_000, now: 112_000).value(of: .isClosed) == .flag(true))
  }
}
