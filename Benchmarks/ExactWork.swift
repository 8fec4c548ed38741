internal import Glibc
internal import PublicJSON

/// A given number of units of one kind and nothing else: the instructions of two runs, subtracted, are those of the units
/// between them. `instructions.py` counts them.
enum ExactWork {
  static let word = "exactly"

  /// `exactly UNIT N`; without arguments the units are listed, one a line.
  static func run(_ arguments: [String]) {
    guard let name = arguments.first else { return print(units.map(\.name).joined(separator: "\n")) }
    guard let unit = units.first(where: { $0.name == name }),
      let count = arguments.dropFirst().first.flatMap({ Int($0) }),
      unit.work(count)
    else {
      print("exactly: UNIT N was expected, UNIT one of \(units.map(\.name).joined(separator: " "))")
      exit(1)
    }
  }

  /// Each tells whether it was done.
  private static let units: [(name: String, work: @Sendable (Int) -> Bool)] = [
    ("decode-kline", { DecodeBenchmark.readExactly($0, of: "kline") }),
    ("decode-aggTrade", { DecodeBenchmark.readExactly($0, of: "aggTrade") }),
    ("decode-forceOrder", { DecodeBenchmark.readExactly($0, of: "forceOrder") }),
    ("decode-publicTrade", { DecodeBenchmark.readExactly($0, of: "publicTrade") }),
    ("decode-reordered", { DecodeBenchmark.readExactly($0, of: "reordered") }),
    ("encode-candle", { EncodeBenchmark.encodeExactly($0, .candle) }),
    ("encode-trade", { EncodeBenchmark.encodeExactly($0, .trade) }),
    ("read-candles", { HistoryBenchmark.readExactly($0) }),
    ("encode-candles", { HistoryBenchmark.encodeExactly($0) }),
    ("ingest-trade", { IngestBenchmark.run($0, .trade) }),
    ("ingest-trade-of-32", { IngestBenchmark.run($0, .trade, batch: 32) }),
    ("ingest-candle-of-32", { IngestBenchmark.run($0, .candle, batch: 32) }),
    ("deliver", { FanOutBenchmark.deliverExactly($0) }),
  ]
}
