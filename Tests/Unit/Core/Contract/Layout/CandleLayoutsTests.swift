import Model
import Testing

@testable import Contract

@Suite struct CandleLayoutsTests {
  private static let instrument = Instrument(
    exchange: ExchangeID("toy"), symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
    stepSize: nil, fundingIntervalHours: nil)
  private static let columns = #""<open>","<high>","<low>","<close>","<baseVolume>""#

  private func read(
    _ layouts: CandleLayouts, _ text: String, askTime: Timestamp = .latest, _ interval: Interval = .oneMinute
  ) -> [Candle]? {
    layouts.read(UpstreamReply(status: 200, body: Array(text.utf8), askTime: askTime), of: Self.instrument, interval)
  }

  private func minute(_ number: Int64) -> Int64 { 1_786_816_800_000 + number * 60_000 }

  private func rows(_ count: Int64) -> String {
    let rows = (0..<count).map { #"[\#(minute($0)),"\#($0).50","9.00","0.10","2","1116.06\#($0)"]"# }
    return "[" + rows.joined(separator: ",") + "]"
  }

  @Test(arguments: [1, 2, 3, 9, 500, 5000] as [Int64])
  func everyRowIsRead(count: Int64) throws {
    let layouts = CandleLayouts("[<each>[<time>,\(Self.columns)]<more>]")
    let candles = try #require(read(layouts, rows(count)))
    #expect(candles.count == Int(count))
    var failures: [Int64] = []
    for (number, candle) in zip(Int64(0)..., candles) {
      let isRight =
        candle.openTime.milliseconds == minute(number) && candle.open.description == "\(number).50"
        && candle.high.description == "9.00" && candle.low.description == "0.10" && candle.close.description == "2"
        && candle.baseVolume.description == "1116.06\(number)" && candle.quoteVolume == nil && candle.tradesCount == nil
        && candle.instrument === Self.instrument && candle.interval == .oneMinute
      if !isRight { failures.append(number) }
    }
    #expect(failures.isEmpty)
  }

  @Test func numbersOfEveryLengthKeepTheirDigits() throws {
    let layouts = CandleLayouts(#"[<each>[<time>,\#(Self.columns),"<quoteVolume>",<tradesCount>]<more>]"#)
    let texts = [
      "1", "1234567", "12345678", "123456789012345", "1234567890123456", "0.00000001", "12345678.1", "70342488.01700",
      "1746449849.73920", "123456789012345.1234567", "12345678.12345678", "-1.5", "340282366920938463463374607431.7682",
    ]
    for text in texts {
      let body = #"[[\#(minute(0)),"\#(text)","\#(text)","\#(text)","\#(text)","\#(text)","\#(text)",7]]"#
      let candle = try #require(read(layouts, body)?.first)
      let found = [candle.open, candle.high, candle.low, candle.close, candle.baseVolume, candle.quoteVolume]
      #expect(found.allSatisfy { $0?.description == text }, "\(text)")
      #expect(candle.tradesCount == 7)
    }
  }

  @Test func aCandleIsOverWhenItsLastMillisecondHadPassed() throws {
    let layouts = CandleLayouts("[<each>[<time>,\(Self.columns),<lastTime>]<more>]")
    let text = #"[[\#(minute(0)),"1","1","1","1","1",\#(minute(1) - 1)]]"#
    let end = Timestamp(microseconds: minute(1) * 1000)
    #expect(try #require(read(layouts, text, askTime: end)).map(\.isClosed) == [true])
    let before = Timestamp(microseconds: end.microseconds - 1)
    #expect(try #require(read(layouts, text, askTime: before)).map(\.isClosed) == [false])
    #expect(try #require(read(layouts, text, askTime: before)).map(\.receiveTime) == [before])
  }

  @Test func orWhenItsIntervalHadAndAWordMaySayItIsNot() throws {
    let layouts = CandleLayouts("[<each>[<time>,\(Self.columns),\"<isClosed:1|0>\"]<more>]")
    let text = #"[[\#(minute(0)),"1","1","1","1","1","1"],[\#(minute(1)),"1","1","1","1","1","0"]]"#
    let end = Timestamp(microseconds: minute(1) * 1000)
    #expect(try #require(read(layouts, text, askTime: end)).map(\.isClosed) == [true, false])
    #expect(try #require(read(layouts, text, askTime: .latest)).map(\.isClosed) == [true, false])
    let before = Timestamp(microseconds: end.microseconds - 1)
    #expect(try #require(read(layouts, text, askTime: before)).map(\.isClosed) == [false, false])
  }

  @Test func aRowMayNameItsInterval() throws {
    let layouts = CandleLayouts(
      #"[<each>{"t":<time>,"i":"<interval>","c":[\#(Self.columns)],"x":"<text>"}<more>]"#,
      intervals: Interval.list("1m 4h"))
    let text = #"[{"t":\#(minute(0)),"i":"4h","c":["1","1","1","1","1"],"x":"any text"}]"#
    #expect(try #require(read(layouts, text)).map(\.interval.description) == ["4h"])
    #expect(read(layouts, text.replacing("4h", with: "7h")) == nil)
  }

  @Test func theFirstLayoutThatFitsIsTaken() throws {
    let layouts = CandleLayouts(
      "[<each>[<time>,\(Self.columns)]<more>]",
      #"{"rows":[<each>["<time>",\#(Self.columns)]<more>],"end":<flag:true|false>}"#)
    #expect(read(layouts, rows(2))?.count == 2)
    let text = #"{"rows":[["\#(minute(0))","1","1","1","1","1"]],"end":true}"#
    #expect(read(layouts, text)?.count == 1)
    #expect(read(layouts, text.replacing("true", with: "null")) == nil)
  }

  @Test(arguments: [
    "", "[]", "[[1", #"[[1786816800000,"1","1","1","1","1"],]"#, #"[[1786816800000,"1","1","1","1","1"]"#,
    #"[[1786816800000,"1","1","1","1","1"]] "#, #" [[1786816800000,"1","1","1","1","1"]]"#,
    #"[[1786816800000,"1","1","1","1",""]]"#, #"[[1786816800000,"1","1","1","1","1",0]]"#,
    #"[[1786816800000,1,"1","1","1","1"]]"#, #"[["1786816800000","1","1","1","1","1"]]"#,
    #"[[178681680000,"1","1","1","1","1"]]"#, #"[[1786816800000,"1","1","1","NaN","1"]]"#,
  ])
  func whatIsLaidOutOtherwiseIsLeft(text: String) {
    #expect(read(CandleLayouts("[<each>[<time>,\(Self.columns)]<more>]"), text) == nil)
  }

  @Test(arguments: [
    "", "[<each>[<time>]<more>]", "[[<time>,\(columns)]]", "[<each>[\(columns)]<more>]", "<each><each><more>\(columns)",
    "[<each>[<time>,\(columns),<unknown>]<more>]",
  ])
  func aTemplateThatLacksAFieldIsNone(template: String) {
    let layouts = CandleLayouts(template)
    #expect(layouts.malformed == 1)
    #expect(read(layouts, rows(3)) == nil)
  }
}
