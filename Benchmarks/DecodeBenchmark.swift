internal import Contract
internal import Exchanges
internal import FoundationEssentials
internal import Model

/// Frame bytes to events, by the product's own decoder, beside Foundation's `JSONDecoder` on the same frames.
enum DecodeBenchmark {
  private static let kline =
    #"{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1791283227688,"s":"BTCUSDT","k":{"t":1791283200000,"T":1791283259999,"s":"BTCUSDT","i":"1m","f":8149533620,"L":8149533714,"o":"85999.90","c":"86000.00","h":"86000.10","l":"85999.80","v":"5.427","n":92,"x":false,"q":"466721.74700","V":"2.897","Q":"249142.00000","B":"1"}}}"#
  private static let aggTrade =
    #"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1791283227690,"a":3476465318,"s":"BTCUSDT","p":"86000.00","q":"4.577","nq":"4.571","f":8149533714,"l":8149533773,"T":1791283227688,"m":true,"st":1}}"#
  private static let forceOrder =
    #"{"stream":"btcusdt@forceOrder","data":{"e":"forceOrder","E":1791285206184,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"0.042","p":"85910.10","ap":"86012.30","X":"FILLED","l":"0.012","z":"0.042","T":1791285205175,"ps":"BTCUSDT","st":1}}}"#
  private static let repeats = 2000

  static func run() {
    guard let exchange = Registry.exchanges.first(where: { $0.declaration.id.name == "binance" }) else { return }
    let instrument = Instrument(
      exchange: exchange.id, symbol: "BTCUSDT", base: "BTC", quote: "USDT", kind: .perpetual, status: .trading,
      tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
    let others = (0..<400).map { index in
      Instrument(
        exchange: exchange.id, symbol: "COIN\(index)USDT", base: "COIN\(index)", quote: "USDT", kind: .perpetual,
        status: .trading, tickSize: nil, stepSize: nil, fundingIntervalHours: 8)
    }
    var decoder = exchange.makeDecoder(InstrumentCatalog(others + [instrument]))
    for (name, frame) in [("kline", kline), ("aggTrade", aggTrade), ("forceOrder", forceOrder)] {
      let bytes = Array(frame.utf8)
      Measurement.report("decode \(name), \(bytes.count) bytes", measure(bytes, &decoder), "frame to event")
    }
    let ours = measure(Array(kline.utf8), &decoder)
    let theirs = foundation(Array(kline.utf8))
    Measurement.report("JSONDecoder kline, same frame", theirs, "\(Int(theirs / ours)) times ours")
  }

  private static func measure(_ bytes: [UInt8], _ decoder: inout any FrameDecoder) -> Double {
    var buffer = EventBuffer()
    var events = 0
    let nanoseconds = Measurement.bestNanoseconds(operations: repeats) {
      bytes.withUnsafeBytes { frame in
        for _ in 0..<repeats {
          try? decoder.decode(frame, receiveTime: .epoch, into: &buffer)
          events += buffer.events.count
          buffer.removeAll()
        }
      }
    }
    precondition(events > 0, "the frame was not decoded")
    return nanoseconds
  }

  /// The members our decoder reads, and no more.
  private struct Frame: Decodable {
    struct Kline: Decodable {
      let t: Int64
      let i: String
      let o: String
      let c: String
      let h: String
      let l: String
      let v: String
      let n: Int64
      let x: Bool
      let q: String
    }
    struct Event: Decodable {
      let e: String
      let s: String
      let k: Kline
    }
    let stream: String
    let data: Event
  }

  private static func foundation(_ bytes: [UInt8]) -> Double {
    let data = Data(bytes)
    let decoder = JSONDecoder()
    let count = 200
    return Measurement.bestNanoseconds(operations: count) {
      for _ in 0..<count {
        guard let frame = try? decoder.decode(Frame.self, from: data) else { preconditionFailure("not decoded") }
        keep(frame)
      }
    }
  }
}
