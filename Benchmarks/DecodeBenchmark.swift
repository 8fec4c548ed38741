internal import Contract
internal import Exchanges
internal import FoundationEssentials
internal import Glibc
internal import Model

/// Frame bytes to events, by the product's own decoder, beside Foundation's `JSONDecoder` on the same frames.
enum DecodeBenchmark {
  private static let kline =
    #"{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1791283227688,"s":"BTCUSDT","k":{"t":1791283200000,"T":1791283259999,"s":"BTCUSDT","i":"1m","f":8149533620,"L":8149533714,"o":"85999.90","c":"86000.00","h":"86000.10","l":"85999.80","v":"5.427","n":92,"x":false,"q":"466721.74700","V":"2.897","Q":"249142.00000","B":"1"}}}"#
  static let aggTrade =
    #"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1791283227690,"a":3476465318,"s":"BTCUSDT","p":"86000.00","q":"4.577","nq":"4.571","f":8149533714,"l":8149533773,"T":1791283227688,"m":true,"st":1}}"#
  private static let forceOrder =
    #"{"stream":"btcusdt@forceOrder","data":{"e":"forceOrder","E":1791285206184,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"0.042","p":"85910.10","ap":"86012.30","X":"FILLED","l":"0.012","z":"0.042","T":1791285205175,"ps":"BTCUSDT","st":1}}}"#

  private static let publicTrade =
    #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"seq":1783284617}]}"#
  /// The trade with its members in another order: what the general reader takes.
  private static let reordered =
    #"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1791283227690,"s":"BTCUSDT","a":3476465318,"p":"86000.00","q":"4.577","nq":"4.571","f":8149533714,"l":8149533773,"T":1791283227688,"m":true,"st":1}}"#
  /// One frame of a kind each.
  private static let builtIn = [
    ("kline", kline), ("aggTrade", aggTrade), ("forceOrder", forceOrder), ("publicTrade", publicTrade),
    ("reordered", reordered),
  ]

  /// How often a selection is read in one round when it is small.
  private static let repeats = 2000

  /// `decode [--corpus FRAMES --kinds KINDS] [--rounds N] [--json] [--checksums]`
  static func run(_ options: BenchmarkOptions) {
    do throws(FrameCorpus.Fault) {
      guard let frames = options["corpus"], let kinds = options["kinds"] else {
        try measure(FrameCorpus(builtInFrames()), options)
        if options["json"] == nil { reportFoundation() }
        return
      }
      let corpus = try FrameCorpus(frames: frames, kinds: kinds)
      if options["checksums"] == nil { measure(corpus, options) } else { reportChecksums(corpus) }
    } catch {
      print("decode: \(error)")
      exit(1)
    }
  }

  /// The built-in frames of a kind, or of all kinds; they live as long as the process.
  static func builtInFrames(_ kind: String? = nil) -> [(kind: String, bytes: UnsafeRawBufferPointer)] {
    builtIn.filter { kind == nil || kind == $0.0 }.map { name, text in
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
      bytes.copyBytes(from: text.utf8)
      return (name, UnsafeRawBufferPointer(bytes))
    }
  }

  private static func measure(_ corpus: FrameCorpus, _ options: BenchmarkOptions) {
    let rounds = options["rounds"].flatMap { Int($0) } ?? 15
    for selection in corpus.selections {
      let nanoseconds = measure(selection, corpus, rounds: rounds)
      if options["json"] == nil {
        Measurement.report("decode \(selection.kind), \(selection.frames.count) frames", nanoseconds, "frame to events")
      } else {
        print(#"{"kind":"\#(selection.kind)","ns_per_frame":\#(Measurement.text(nanoseconds))}"#)
      }
    }
  }

  /// Nanoseconds of CPU a frame, the median of the rounds. Of each event is read what the peers read of their records: a
  /// price, a quantity, the time.
  static func measure(_ selection: FrameCorpus.Selection, _ corpus: FrameCorpus, rounds: Int) -> Double {
    var decoders = corpus.decoders
    let passes = max(1, repeats / selection.frames.count)
    var (buffer, seen) = (EventBuffer(), Seen())
    let nanoseconds = Measurement.medianNanoseconds(rounds: rounds, operations: passes * selection.frames.count) {
      for _ in 0..<passes { read(selection, &decoders, &buffer, &seen) }
    }
    keep(seen)
    precondition(seen.events > 0, "the frames were not decoded")
    return nanoseconds
  }

  private struct Seen {
    var events = 0
    var sum: Int64 = 0
    var times: Int64 = 0
  }

  private static func read(
    _ selection: FrameCorpus.Selection, _ decoders: inout [any FrameDecoder], _ buffer: inout EventBuffer,
    _ seen: inout Seen
  ) {
    for frame in selection.frames {
      try? decoders[frame.exchange].decode(frame.bytes, receiveTime: .epoch, into: &buffer)
      // Where they stand: a copy would wait for what was written just before.
      buffer.events.withUnsafeBufferPointer { events in
        guard let first = events.baseAddress else { return }
        for index in events.indices { note(first + index, &seen) }
      }
      buffer.removeAll()
    }
  }

  @inline(__always) private static func note(_ event: UnsafePointer<MarketEvent>, _ seen: inout Seen) {
    seen.events &+= 1
    switch event.pointee {
    case .trade(let trade):
      seen.sum &+= Int64(truncatingIfNeeded: trade.price.mantissa &+ trade.quantity.mantissa)
      seen.times &+= trade.exchangeTime.microseconds
    case .candle(let candle):
      seen.sum &+= Int64(truncatingIfNeeded: candle.close.mantissa &+ candle.baseVolume.mantissa)
      seen.times &+= candle.openTime.microseconds
    case .liquidation(let liquidation):
      seen.sum &+= Int64(truncatingIfNeeded: liquidation.price.mantissa &+ liquidation.quantity.mantissa)
      seen.times &+= liquidation.exchangeTime.microseconds
    }
  }

  /// Reads some frames and nothing else: for counts of instructions.
  static func readExactly(_ count: Int, of kind: String) -> Bool {
    guard let corpus = try? FrameCorpus(builtInFrames(kind)), let selection = corpus.selections.first else {
      return false
    }
    var (decoders, buffer, seen) = (corpus.decoders, EventBuffer(), Seen())
    for _ in 0..<count { read(selection, &decoders, &buffer, &seen) }
    keep(seen)
    return seen.events == count
  }

  /// `{"kind":…,"frames":…,"events":…,"checksum":…}` a kind, over every field of every event.
  private static func reportChecksums(_ corpus: FrameCorpus) {
    for selection in corpus.selections {
      var (decoders, buffer, checksum) = (corpus.decoders, EventBuffer(), EventChecksum())
      for frame in selection.frames {
        try? decoders[frame.exchange].decode(frame.bytes, receiveTime: .epoch, into: &buffer)
        for event in buffer.events { checksum.fold(event) }
        buffer.removeAll()
      }
      print(
        #"{"kind":"\#(selection.kind)","frames":\#(selection.frames.count),"events":\#(checksum.events),"#
          + #""checksum":\#(checksum.value)}"#)
    }
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

  private static func reportFoundation() {
    let data = Data(kline.utf8)
    let decoder = JSONDecoder()
    let count = 200
    let nanoseconds = Measurement.medianNanoseconds(rounds: 15, operations: count) {
      for _ in 0..<count {
        guard let frame = try? decoder.decode(Frame.self, from: data) else { preconditionFailure("not decoded") }
        keep(frame)
      }
    }
    Measurement.report("JSONDecoder kline, the same frame", nanoseconds, "frame to structure of the same members")
  }
}
