import Model
import Support
import Testing

@testable import Contract
@testable import Exchanges

/// The layouts of every exchange's pages of candles against its own reader: the same candles or the same error for the recorded
/// answers, and for those answers changed in many ways.
@Suite struct CandleLayoutsOfExchangesTests {
  /// What an exchange declares, and answers of it.
  struct Subject: Sendable, CustomTestStringConvertible {
    let exchange: any ExchangeInterface
    let layouts: CandleLayouts
    let interval: Interval
    let answers: [[UInt8]]
    let instrument: Instrument

    init(_ exchange: any ExchangeInterface, _ layouts: CandleLayouts, _ interval: String, _ answers: [[UInt8]?]) {
      self.exchange = exchange
      self.layouts = layouts
      self.interval = Interval(interval) ?? .oneMinute
      self.answers = answers.compactMap(\.self)
      instrument = Instrument(
        exchange: exchange.id, symbol: "AB", base: "A", quote: "B", kind: .perpetual, status: .trading, tickSize: nil,
        stepSize: nil, fundingIntervalHours: nil)
    }

    var testDescription: String { exchange.id.name }

    /// Within the candles of some answers, behind those of others.
    private static let askTime = Timestamp(microseconds: 1_786_820_637_599_000)

    var page: CandleLayouts.Page {
      CandleLayouts.Page(instrument: instrument, interval: interval, askTime: Subject.askTime)
    }

    /// What the exchange makes of an answer.
    func meaning(_ body: [UInt8]) -> Result<[Candle], ExchangeError> {
      let query = HistoryQuery(instrument: instrument, interval: interval, limit: 10)
      do throws(ExchangeError) {
        let reply = UpstreamReply(status: 200, body: body, askTime: Subject.askTime)
        return .success(try exchange.candles(query)?.read([reply]) ?? [])
      } catch {
        return .failure(error)
      }
    }

    /// What its reader of rows makes of the answer: no layout begins with a space.
    func general(_ body: [UInt8]) -> Result<[Candle], ExchangeError> {
      let body = [0x20] + body
      #expect(body.withUnsafeBytes { layouts.read($0, page) } == nil)
      return meaning(body)
    }
  }

  static let subjects = [
    Subject(Binance(), Binance.candleLayouts, "1d", [fixture("Binance/rest/klines_4.json")]),
    Subject(
      Bybit(), Bybit.candleLayouts, "1m",
      [fixture("Bybit/rest/kline_linear_1_2023-06.json"), fixture("Bybit/rest/kline_linear_60_2026-08.json")]),
    // In the order of the documents, which is that of the frames: the recorder has sorted the members of what it recorded.
    Subject(
      Hyperliquid(), Hyperliquid.candleLayouts, "1h",
      [
        Array(
          (#"[{"t":1684699200000,"T":1684702799999,"s":"kPEPE","i":"1h","o":"0.001601","c":"0.001604","h":"0.001616","#
            + #""l":"0.001601","v":"520665683.0","n":709},{"t":1786820400000,"T":1786823999999,"s":"kPEPE","i":"1h","#
            + #""o":"0.001603","c":"0.001591","h":"0.001603","l":"0.001584","v":"682593287.0","n":802}]"#).utf8)
      ]),
    Subject(Okx(), Okx.candleLayouts, "1h", [fixture("Okx/rest/candles_1H_swap_2026-08.json")]),
  ]

  private static func fixture(_ path: String) -> [UInt8]? {
    guard var bytes = try? Fixture.bytes(path) else { return nil }
    while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return bytes
  }

  @Test(arguments: subjects) func everyLayoutIsUnderstood(subject: Subject) {
    #expect(subject.layouts.malformed == 0)
    #expect(!subject.answers.isEmpty)
  }

  @Test(arguments: subjects) func everyRecordedAnswerIsReadByItsLayoutAndMeansTheSame(subject: Subject) throws {
    for answer in subject.answers {
      let found = try #require(answer.withUnsafeBytes { subject.layouts.read($0, subject.page) })
      #expect(found.count > 1)
      #expect(subject.meaning(answer) == subject.general(answer))
      #expect(try subject.meaning(answer).get().sorted { $0.openTime < $1.openTime } == subject.meaning(answer).get())
    }
  }

  @Test(arguments: subjects) func changedAnswersMeanTheSame(subject: Subject) {
    var differing: [String] = []
    for answer in subject.answers {
      for changed in Self.changes(of: answer) where !Self.agree(subject.meaning(changed), subject.general(changed)) {
        differing.append(String(decoding: changed, as: UTF8.self))
      }
    }
    #expect(differing.isEmpty)
  }

  /// Errors name the byte, which stands one further on behind a space.
  private static func agree(_ left: Result<[Candle], ExchangeError>, _ right: Result<[Candle], ExchangeError>) -> Bool {
    switch (left, right) {
    case (.success(let left), .success(let right)): left == right
    case (.failure(let left), .failure(let right)): left.kind == right.kind
    default: false
    }
  }

  @Test(arguments: subjects) func nothingBehindAnAnswerIsRead(subject: Subject) throws {
    for answer in subject.answers {
      for count in stride(from: 0, through: answer.count, by: answer.count > 600 ? 7 : 1) {
        _ = try LastPage.holding(Array(answer.prefix(count))) { subject.layouts.read($0, subject.page) }
      }
      let whole = try LastPage.holding(answer) { subject.layouts.read($0, subject.page) }
      #expect(whole != nil)
    }
  }

  private static func changes(of answer: [UInt8]) -> [[UInt8]] {
    var changes = [answer + [0x20], answer + answer, answer + [0]]
    for place in answer.indices {
      changes.append(Array(answer[..<place]))
      for byte in [0x20, 0x22, 0x2e, 0x30, 0x5c, 0xff] as [UInt8] {
        var changed = answer
        changed[place] = byte
        changes.append(changed)
      }
      for inserted in [" ", "0", "\"x\":1,", "123456789"] {
        changes.append(Array(answer[..<place]) + Array(inserted.utf8) + Array(answer[place...]))
      }
      changes.append(Array(answer[..<place]) + Array(answer[(place + 1)...]))
    }
    return changes
  }
}
