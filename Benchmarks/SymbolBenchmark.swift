internal import Glibc

/// Whether a frame costs the same however many instruments an exchange has.
enum SymbolBenchmark {
  private static let counts = [10, 100, 1000, 10_000]
  private static let frames = 20_000
  private static let rounds = 25

  static func run() {
    do throws(FrameCorpus.Fault) {
      for count in counts {
        let corpus = try FrameCorpus((0..<frames).map { frame($0, of: count) })
        guard let selection = corpus.selections.first else { continue }
        Measurement.report(
          "decode aggTrade, \(count) symbols", DecodeBenchmark.measure(selection, corpus, rounds: rounds),
          "in no order")
      }
    } catch {
      print("symbols: \(error)")
      exit(1)
    }
  }

  /// A trade of one of the symbols; lives as long as the process.
  private static func frame(_ index: Int, of count: Int) -> (kind: String, bytes: UnsafeRawBufferPointer) {
    // Fibonacci hashing: the same symbols in each run, and none where the one before lets expect it.
    let scattered = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 >> 40
    let symbol = "S\(100_000 + Int(scattered) % count)USDT"
    let text = DecodeBenchmark.aggTrade.split(separator: "BTCUSDT", maxSplits: 1).joined(separator: symbol)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
    bytes.copyBytes(from: text.utf8)
    return (kind: "aggTrade", UnsafeRawBufferPointer(bytes))
  }
}
