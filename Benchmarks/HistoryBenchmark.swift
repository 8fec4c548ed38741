internal import Contract
internal import Exchanges
internal import Model
internal import PublicJSON
internal import Wire

/// A page of candles, from the exchange's answer to ours.
enum HistoryBenchmark {
  private static let instrument = Instrument(
    exchange: ExchangeID("binance"), symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual,
    status: .trading, tickSize: nil, stepSize: nil, fundingIntervalHours: 8)

  /// Rows of a page; what a page costs beside them is small then.
  private static let rows = 100

  /// As Binance answers: minutes in digits of its recorded ones.
  private static let answer: UpstreamReply = {
    let texts = (0..<Int64(rows)).map { number in
      let time = 1_791_283_200_000 + number * 60_000
      return #"[\#(time),"\#(85_999 + number).90","86100.10","85912.80","86000.0\#(number % 10)","\#(number).427","#
        + #"\#(time + 59_999),"70342488.01700",\#(number * 31),"2.897","249142.00000","0"]"#
    }
    return UpstreamReply(
      status: 200, body: Array(("[" + texts.joined(separator: ",") + "]").utf8), askTime: .latest)
  }()

  private static func read() -> [Candle]? {
    let query = HistoryQuery(instrument: instrument, interval: .oneMinute, limit: rows)
    return try? Binance().candles(query)?.read([answer])
  }

  /// Reads so many pages and nothing else.
  static func readExactly(_ count: Int) -> Bool {
    var pages = 0
    for _ in 0..<count where read()?.count == rows { pages += 1 }
    return pages == count
  }

  /// Encodes so many pages and nothing else.
  static func encodeExactly(_ count: Int) -> Bool {
    guard let candles = read() else { return false }
    var pages = 0
    for _ in 0..<count where HistoryEncoding.candles(candles).count > rows { pages += 1 }
    return pages == count
  }

  static func run() {
    let repeats = 200
    let reading = Measurement.bestNanoseconds(operations: repeats * rows) {
      for _ in 0..<repeats { keep(read()) }
    }
    Measurement.report("read a row of candles", reading, "exchange's answer to candle")
    guard let candles = read() else { return }
    let encoding = Measurement.bestNanoseconds(operations: repeats * rows) {
      for _ in 0..<repeats { keep(HistoryEncoding.candles(candles)) }
    }
    Measurement.report("encode a row of candles", encoding, "candle to answer")
  }
}
